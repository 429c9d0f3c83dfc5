using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Lists the tags of a table.</summary>
public sealed class ListTagsOfResource : Operation
{
    /// <inheritdoc/>
    public override string Name => nameof(ListTagsOfResource);

    /// <summary>Resource name of the table.</summary>
    public required string ResourceArn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => TagRules.CheckArn(ResourceArn);
}
