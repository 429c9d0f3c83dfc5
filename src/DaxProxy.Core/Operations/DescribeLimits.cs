using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells the account's limits of capacity.</summary>
public sealed class DescribeLimits() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeLimits)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => OperationResource.Account;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
