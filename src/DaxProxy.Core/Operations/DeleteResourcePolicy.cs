using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Removes the policy of a table or stream, if it has one.</summary>
public sealed class DeleteResourcePolicy() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DeleteResourcePolicy))
    {
        IsControlPlane = true,
        ChangesPolicies = true,
        Support = EngineSupport.Stored,
    };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(ResourceArn);

    /// <summary>Resource name of the table or stream.</summary>
    public required string ResourceArn { get; init; }

    /// <summary>The revision that must be there; null for whichever.</summary>
    public string? ExpectedRevisionId { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => PolicyResource.Check(ResourceArn);
}
