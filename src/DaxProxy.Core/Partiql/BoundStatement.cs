using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>A statement whose terms have become expressions, its parameters put in: all that needs no table.</summary>
/// <remarks>Immutable. The set of kinds is closed.</remarks>
internal abstract record BoundStatement
{
    /// <summary>The table, as named.</summary>
    public required string TableName { get; init; }

    /// <summary>WHERE; null when absent.</summary>
    public ConditionNode? Where { get; init; }

    /// <summary>A read of a table or an index.</summary>
    /// <param name="IndexName">The index; null for the table itself.</param>
    /// <param name="Columns">The columns; null for all.</param>
    /// <param name="OrderBy">The order asked for.</param>
    public sealed record Selection(
        string? IndexName, IReadOnlyList<DocumentPath>? Columns, IReadOnlyList<Statement.Ordering> OrderBy) : BoundStatement;

    /// <summary>A put of a new item.</summary>
    public sealed record Insert(AttributeMap Item) : BoundStatement;

    /// <summary>An update of an existing item.</summary>
    public sealed record Update(UpdateExpression Change, ReturnValues Returning) : BoundStatement;

    /// <summary>A deletion.</summary>
    public sealed record Delete(ReturnValues Returning) : BoundStatement;

    /// <summary>A condition on an item, for transactions.</summary>
    public sealed record Exists(Selection Read) : BoundStatement;
}
