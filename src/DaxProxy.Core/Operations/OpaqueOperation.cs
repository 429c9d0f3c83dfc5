using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>
/// An operation of the API about something that is not modelled here: a global table, a Kinesis destination. Only its name and what it
/// is about are kept of it.
/// </summary>
/// <param name="verb">What was asked: one of <see cref="OpaqueVerbs"/>.</param>
/// <remarks>With the embedded engine none changes an item of a table that is there: what would is refused.</remarks>
public sealed class OpaqueOperation(Verb verb) : Operation(verb)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> ChangedTables => [];

    /// <inheritdoc/>
    public override OperationResource? Resource =>
        TableName.Length == 0 ? OperationResource.Account
        : Name.Contains("GlobalTable", StringComparison.Ordinal) ? new OperationResource.OfGlobalTable(TableName)
        : new OperationResource.OfTable(TableName);

    /// <summary>Name of the table it is about; empty when it is about none.</summary>
    public string TableName { get; init; } = "";

    /// <summary>Resource name of the Kinesis stream it is about; empty for none.</summary>
    public string Arn { get; init; } = "";

    /// <summary>What the service's static checks say against the request, found while it was read; null for nothing.</summary>
    public DynamoError? Fault { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => Fault;
}
