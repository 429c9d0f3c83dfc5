using DaxProxy.Core.Errors;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Operations;

/// <summary>Adds tags to a table, or changes their values.</summary>
public sealed class TagResource() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(TagResource)) { IsControlPlane = true, ChangesPolicies = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(ResourceArn);

    /// <summary>Resource name of the table.</summary>
    public required string ResourceArn { get; init; }

    /// <summary>The tags.</summary>
    public required IReadOnlyList<Tag> Tags { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) =>
        TagRules.CheckArn(ResourceArn) ?? (Tags.Count == 0 ? TagFaults.NoTags : TagRules.Check(Tags));
}
