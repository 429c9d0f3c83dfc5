using DaxProxy.Core.Tables;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Capacity;

/// <summary>One table in one mode, with the caches or without: the engine's meters of reads and writes, on the simulated clock.</summary>
/// <remarks>For one thread. What is throttled is not asked again.</remarks>
internal sealed class TableScenario : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly WayFigures figures;
    private readonly UnitMeter reads = new(isWrite: false);
    private readonly UnitMeter writes = new(isWrite: true);
    private readonly AutoScaler? scaler;
    private ProvisionedThroughput? units;
    private TimeSpan countedUntil;
    private TimeSpan nextMinute = Minute;
    private double readsOfMinute;
    private double writesOfMinute;

    /// <summary>A table that has saved nothing yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="units">Its capacity, where it is provisioned.</param>
    /// <param name="plan">What is simulated.</param>
    /// <param name="figures">Where it is counted, with the other tables.</param>
    public TableScenario(string name, ProvisionedThroughput units, CapacityPlan plan, WayFigures figures)
    {
        this.figures = figures;
        this.units = figures.Mode == CapacityMode.OnDemand ? null : units;
        if (figures.Mode == CapacityMode.AutoScale)
        {
            this.units = new ProvisionedThroughput(Within(units.ReadCapacityUnits), Within(units.WriteCapacityUnits));
            scaler = new AutoScaler(name, this.units, plan);
        }

        Configure(TimeSpan.Zero);

        long Within(long wanted) => Math.Clamp(wanted, plan.MinUnits, plan.MaxUnits);
    }

    /// <summary>Reads or writes an item, or reads a page; it may be throttled.</summary>
    public void Ask(bool isWrite, ulong partition, double needed, TimeSpan now)
    {
        ReachTo(now);
        UnitMeter meter = isWrite ? writes : reads;
        long key = unchecked((long)partition);
        figures.Asked++;
        if (meter.FindClosed(key, now) is not null)
        {
            figures.Throttled++;
            figures.ThrottledOverTime.Add(now, 1);
            return;
        }

        meter.Take(key, needed, now);
        if (isWrite)
        {
            figures.WriteUnits += needed;
            writesOfMinute += needed;
        }
        else
        {
            figures.ReadUnits += needed;
            readsOfMinute += needed;
        }
    }

    /// <summary>Time goes on to this.</summary>
    public void ReachTo(TimeSpan now)
    {
        while (scaler is not null && nextMinute <= now)
        {
            CountTo(nextMinute);
            scaler.EndMinute(readsOfMinute, writesOfMinute);
            (readsOfMinute, writesOfMinute) = (0, 0);
            if (scaler.Units != units)
            {
                units = scaler.Units;
                Configure(nextMinute);
            }

            nextMinute += Minute;
        }
    }

    /// <summary>The simulation ends.</summary>
    public void End(TimeSpan at)
    {
        ReachTo(at);
        CountTo(at);
    }

    /// <inheritdoc/>
    public void Dispose() => scaler?.Dispose();

    private void Configure(TimeSpan now)
    {
        reads.Configure(units, null, null, now);
        writes.Configure(units, null, null, now);
    }

    /// <summary>Capacity is paid for whether it is used or not.</summary>
    private void CountTo(TimeSpan to)
    {
        if (units is { } provisioned)
        {
            double seconds = (to - countedUntil).TotalSeconds;
            figures.ReadUnitSeconds += seconds * provisioned.ReadCapacityUnits;
            figures.WriteUnitSeconds += seconds * provisioned.WriteCapacityUnits;
            figures.ReadCapacity.AddSpan(countedUntil, to, provisioned.ReadCapacityUnits);
            figures.WriteCapacity.AddSpan(countedUntil, to, provisioned.WriteCapacityUnits);
        }

        countedUntil = to;
    }
}
