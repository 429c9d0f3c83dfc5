using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>
/// Asks how far a bulk operation is. In front of a remote backend only the caches ask it; a client's request of this name is passed on as
/// it is.
/// </summary>
public sealed class DescribeBulkOperation() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeBulkOperation))
    {
        IsRepeatable = true,
        IsControlPlane = true,
        TellsOfBulkOperation = true,
    };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(BulkOperationArn);

    /// <summary>Which one.</summary>
    public required string BulkOperationArn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
