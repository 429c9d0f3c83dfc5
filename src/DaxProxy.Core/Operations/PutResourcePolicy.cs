using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Sets the policy of a table or stream.</summary>
public sealed class PutResourcePolicy() : Operation(Definition)
{
    /// <summary>As the expected revision: only where there is no policy.</summary>
    public const string NoPolicy = "NO_POLICY";

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(PutResourcePolicy))
    {
        IsControlPlane = true,
        ChangesPolicies = true,
        Support = EngineSupport.Stored,
    };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(ResourceArn);

    /// <summary>Resource name of the table or stream.</summary>
    public required string ResourceArn { get; init; }

    /// <summary>The policy's document, as sent.</summary>
    public required string Policy { get; init; }

    /// <summary>The revision that must be there; null for whichever.</summary>
    public string? ExpectedRevisionId { get; init; }

    /// <summary>The document in its normal form; empty before <see cref="Operation.Validate"/>.</summary>
    public string NormalPolicy { get; private set; } = "";

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (PolicyResource.Check(ResourceArn) is { } error)
        {
            return error;
        }

        error = PolicyDocument.TryNormalize(Policy, out string normal);
        NormalPolicy = normal;
        return error;
    }
}
