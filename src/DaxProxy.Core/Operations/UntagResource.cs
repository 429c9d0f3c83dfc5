using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Removes tags from a table; removing what is not there succeeds.</summary>
public sealed class UntagResource() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(UntagResource)) { IsControlPlane = true, ChangesPolicies = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(ResourceArn);

    /// <summary>Resource name of the table.</summary>
    public required string ResourceArn { get; init; }

    /// <summary>Keys of the tags.</summary>
    public required IReadOnlyList<string> TagKeys { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        TagRules.CheckArn(ResourceArn) ?? (TagKeys.Count == 0 ? TagFaults.NoTagKeys : null);
}
