using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Switches Contributor Insights on or off for a table or index.</summary>
public sealed class UpdateContributorInsights() : Operation(Definition)
{
    /// <summary>The mode when a request names none.</summary>
    public const string DefaultMode = "ACCESSED_AND_THROTTLED_KEYS";

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(UpdateContributorInsights)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName, IndexName);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>Name of a global index; null for the table itself.</summary>
    public string? IndexName { get; init; }

    /// <summary>Whether to switch it on.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Which keys to look at: <c>ACCESSED_AND_THROTTLED_KEYS</c> or <c>THROTTLED_KEYS</c>.</summary>
    public string Mode { get; init; } = DefaultMode;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
