using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Lists the tags of a table.</summary>
public sealed class ListTagsOfResource() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ListTagsOfResource)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(ResourceArn);

    /// <summary>Resource name of the table.</summary>
    public required string ResourceArn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => TagRules.CheckArn(ResourceArn);
}
