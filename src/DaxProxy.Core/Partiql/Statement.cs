using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Partiql;

/// <summary>A statement as it is written: well formed, and not yet known to make sense.</summary>
/// <remarks>Immutable. The set of kinds is closed.</remarks>
internal abstract record Statement
{
    /// <summary>The names of FROM: a table, perhaps an index.</summary>
    public required IReadOnlyList<string> Source { get; init; }

    /// <summary>WHERE; null when absent.</summary>
    public Term? Where { get; init; }

    /// <summary>Whether it only reads.</summary>
    public bool IsRead => this is Selection;

    /// <summary>The columns, null for all, and the order.</summary>
    public sealed record Selection : Statement
    {
        public IReadOnlyList<Term>? Columns { get; init; }

        public IReadOnlyList<Ordering> OrderBy { get; init; } = [];
    }

    /// <summary>The item, and where the name of the table stands.</summary>
    public sealed record Insert(Term Item, SourceSpan Table) : Statement;

    /// <summary>UPDATE in either of its forms.</summary>
    public sealed record Update(IReadOnlyList<Assignment> Assignments, ReturnValues Returning) : Statement;

    /// <summary>DELETE.</summary>
    public sealed record Delete(ReturnValues Returning) : Statement;

    /// <summary>EXISTS around a SELECT.</summary>
    public sealed record Exists(Selection Read) : Statement;

    /// <summary>One member of ORDER BY.</summary>
    public sealed record Ordering(DocumentPath Path, bool IsDescending);

    /// <summary>One target of SET, or of REMOVE where the value is null.</summary>
    public sealed record Assignment(DocumentPath Target, Term? Value);
}
