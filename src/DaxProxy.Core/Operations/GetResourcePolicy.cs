using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells the policy of a table or stream.</summary>
public sealed class GetResourcePolicy() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(GetResourcePolicy)) { IsControlPlane = true, Support = EngineSupport.Stored };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfArn(ResourceArn);

    /// <summary>Resource name of the table or stream.</summary>
    public required string ResourceArn { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => PolicyResource.Check(ResourceArn);
}
