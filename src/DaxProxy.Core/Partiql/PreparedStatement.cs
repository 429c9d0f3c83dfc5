using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Partiql;

/// <summary>A statement on its way, or why it goes no further.</summary>
/// <param name="Request">What was sent.</param>
internal sealed record PreparedStatement(ExecuteStatement Request)
{
    /// <summary>The first fault; null while there is none.</summary>
    public DynamoError? Error { get; init; }

    /// <summary>Whether it only reads; null where it is not even a statement.</summary>
    public bool? IsRead { get; init; }

    /// <summary>The statement with its parameters; null after a fault of form.</summary>
    public BoundStatement? Bound { get; init; }

    /// <summary>Its table; null where there is none, or where it was not looked for.</summary>
    public TableInfo? Table { get; init; }
}
