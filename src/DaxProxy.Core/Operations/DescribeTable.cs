using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Describes one table.</summary>
public sealed class DescribeTable() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeTable)) { IsDecoded = true, IsRepeatable = true, IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
