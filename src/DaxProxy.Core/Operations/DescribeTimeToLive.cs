using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells whether items of a table have a time to live.</summary>
public sealed class DescribeTimeToLive : Operation
{
    /// <inheritdoc/>
    public override string Name => nameof(DescribeTimeToLive);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
