using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;

namespace DaxProxy.Engine.Throughput;

/// <summary>The meters of a table and of its global indexes.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class TableMeters
{
    private readonly (UnitMeter Reads, UnitMeter Writes) own = (new UnitMeter(isWrite: false), new UnitMeter(isWrite: true));
    private Dictionary<string, (UnitMeter Reads, UnitMeter Writes)> indexes = new(StringComparer.Ordinal);

    /// <param name="table">The table.</param>
    /// <param name="since">Since when it saves what it does not use.</param>
    public TableMeters(EngineTable table, TimeSpan since)
    {
        Table = table;
        Configure(table, since);
    }

    /// <summary>The table as it was when the meters were set.</summary>
    public EngineTable Table { get; private set; }

    /// <summary>How many reads, and writes, were refused.</summary>
    public (long Reads, long Writes) Refused { get; set; }

    /// <summary>The meter that a share is taken from; null where the index is gone.</summary>
    public UnitMeter? Of(Share share)
    {
        (UnitMeter Reads, UnitMeter Writes) pair = own;
        if (share.Index is not null && !indexes.TryGetValue(share.Index, out pair))
        {
            return null;
        }

        return share.IsWrite ? pair.Writes : pair.Reads;
    }

    /// <summary>Sets the meters to what the table has from now on.</summary>
    public void Configure(EngineTable table, TimeSpan now)
    {
        Table = table;
        TableDescription definition = table.Definition;
        bool isOnDemand = definition.BillingMode == "PAY_PER_REQUEST";
        Set(own, isOnDemand ? null : definition.ProvisionedThroughput, definition.WarmThroughput, definition.OnDemandThroughput);
        Dictionary<string, (UnitMeter Reads, UnitMeter Writes)> former = indexes;
        indexes = new(StringComparer.Ordinal);
        foreach (IndexDefinition index in definition.GlobalSecondaryIndexes.Select(index => index.Definition))
        {
            (UnitMeter Reads, UnitMeter Writes) pair = former.TryGetValue(index.IndexName, out (UnitMeter, UnitMeter) known)
                ? known
                : (new UnitMeter(isWrite: false), new UnitMeter(isWrite: true));

            // An index has none of its own where billing was changed without a word about it.
            ProvisionedThroughput? throughput = isOnDemand ? null : index.ProvisionedThroughput ?? definition.ProvisionedThroughput;
            Set(pair, throughput, index.WarmThroughput, index.OnDemandThroughput);
            indexes.Add(index.IndexName, pair);
        }

        void Set(
            (UnitMeter Reads, UnitMeter Writes) pair, ProvisionedThroughput? throughput, ThroughputLimits? warm, ThroughputLimits? most)
        {
            pair.Reads.Configure(throughput, warm, most, now);
            pair.Writes.Configure(throughput, warm, most, now);
        }
    }
}
