using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Transfers;

/// <summary>Stops a bulk operation. What it has put stays.</summary>
public sealed class CancelBulkOperation() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(CancelBulkOperation)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(BulkOperationArn);

    /// <summary>Which one.</summary>
    public required string BulkOperationArn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
