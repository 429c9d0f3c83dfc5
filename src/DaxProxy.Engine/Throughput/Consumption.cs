using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Insights;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Throughput;

/// <summary>What becomes of the units that requests consume: limits may refuse them, and Contributor Insights may count them.</summary>
/// <param name="guard">Refuses what exceeds limits, and counts metrics; null where there are neither.</param>
/// <param name="contributors">Counts.</param>
internal sealed class Consumption(ThroughputGuard? guard, ContributorBoard contributors)
{
    /// <summary>Refuses what exceeds limits, and counts metrics; null where there are neither.</summary>
    public ThroughputGuard? Guard => guard;

    /// <summary>Counts.</summary>
    public ContributorBoard Contributors => contributors;

    /// <summary>Takes and counts what the read of an item needs. Returns the refusal, with which nothing is taken, or null.</summary>
    public DynamoError? TryRead(EngineTable table, RowKey row, AttributeMap key, double units)
    {
        DynamoError? refusal = guard?.Charge(Share.OfRead(table, row.Hash, units));
        contributors.NoteRead(table, key, units, isThrottled: refusal is not null);
        return refusal;
    }
}
