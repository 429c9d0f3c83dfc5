using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells whether items of a table have a time to live.</summary>
public sealed class DescribeTimeToLive() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DescribeTimeToLive)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
