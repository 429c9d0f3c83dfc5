using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells whether the past of a table is kept, so that it can be restored.</summary>
public sealed class DescribeContinuousBackups() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeContinuousBackups)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
