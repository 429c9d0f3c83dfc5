using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells the account's limits of capacity.</summary>
public sealed class DescribeLimits : Operation
{
    /// <inheritdoc/>
    public override string Name => nameof(DescribeLimits);

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
