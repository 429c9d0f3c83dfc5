using System.Diagnostics;
using DaxProxy.Core.Tables;
using DaxProxy.Report;

namespace DaxProxy.Capacity;

/// <summary>Runs a simulation: goes through the load once to know how much it is, and once more in all modes at the same time.</summary>
/// <remarks>
/// The caches are the second time as the first time has left them, as if the load had gone on for long: a cold start is no part of a month.
/// The same plan gives the same result. Memory is bounded by the budgets of the caches and the number of tables, not by the length of the
/// load.
/// </remarks>
/// <param name="plan">What to simulate.</param>
/// <param name="progress">Told how far it is.</param>
internal sealed class CapacityRun(CapacityPlan plan, Progress progress)
{
    private const double ShareOfSurvey = 0.35;
    private const int MostItems = 100;

    /// <summary>Without the caches, and with them.</summary>
    private static readonly bool[] Cachings = [false, true];

    /// <summary>Runs it.</summary>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="ReportFault">The load cannot be read, or is too short.</exception>
    public CapacityResult Run(CancellationToken stop)
    {
        long startedAt = Stopwatch.GetTimestamp();
        progress.Begin("looking at the load", ShareOfSurvey);
        List<Demand> demands = [];
        long requests = 0;
        TimeSpan last = TimeSpan.Zero;
        SimulatedClock clock = new();
        CacheModel cache = new(plan, clock);
        GoThrough(
            cache,
            clock,
            (request, hits) =>
            {
                requests++;
                last = request.At;
                while (demands.Count <= request.Table)
                {
                    demands.Add(new Demand());
                }

                demands[request.Table].Add(request, hits);
            },
            stop);
        if (requests < 2 || last <= TimeSpan.Zero)
        {
            throw new ReportFault("the load has less than two requests; give one that takes longer");
        }

        // The pause before it would begin again is one of its own.
        TimeSpan duration = last + (last / requests);
        WayFigures[] ways =
            [.. plan.Modes.SelectMany(mode => Cachings.Select(isCached => new WayFigures(mode, isCached, duration)))];
        TableScenario[][] scenarios =
        [
            .. demands.Select((demand, table) => ways.Select(
                way => new TableScenario(plan.Load.Tables[table], UnitsFor(demand, way.IsCached, duration), plan, way)).ToArray()),
        ];
        TimeSeries directReads = new(duration), cachedReads = new(duration), writes = new(duration);
        try
        {
            progress.Begin("simulating", 1 - ShareOfSurvey);
            clock.Now = duration;
            (long reads, long hitsBefore) = (cache.Reads, cache.Hits);
            GoThrough(
                cache,
                clock,
                (request, hits) =>
                {
                    bool isWrite = RequestUnits.IsWrite(request);
                    for (int at = 0; at < request.Items.Count; at++)
                    {
                        CapacityItem item = request.Items[at];
                        double units = RequestUnits.Of(request, item);
                        (isWrite ? writes : directReads).Add(request.At, units);
                        if (!isWrite && !hits[at])
                        {
                            cachedReads.Add(request.At, units);
                        }

                        TableScenario[] ofTable = scenarios[request.Table];
                        for (int way = 0; way < ways.Length; way++)
                        {
                            if (!(ways[way].IsCached && hits[at]))
                            {
                                ofTable[way].Ask(isWrite, item.Partition, units, request.At);
                            }
                        }
                    }
                },
                stop);
            Array.ForEach(scenarios, table => Array.ForEach(table, scenario => scenario.End(duration)));
            return new CapacityResult(plan, duration, requests, ways)
            {
                DirectReads = directReads,
                CachedReads = cachedReads,
                Writes = writes,
                HitRatio = cache.Reads == reads ? 0 : (double)(cache.Hits - hitsBefore) / (cache.Reads - reads),
                Took = Stopwatch.GetElapsedTime(startedAt),
            };
        }
        finally
        {
            Array.ForEach(scenarios, table => Array.ForEach(table, scenario => scenario.Dispose()));
        }
    }

    private void GoThrough(CacheModel cache, SimulatedClock clock, Action<CapacityRequest, bool[]> take, CancellationToken stop)
    {
        TimeSpan begin = clock.Now;
        bool[] hits = new bool[MostItems];
        foreach (CapacityRequest request in plan.Load.Requests(progress.Reach))
        {
            stop.ThrowIfCancellationRequested();
            clock.Now = begin + request.At;
            if (request.Items.Count > hits.Length)
            {
                hits = new bool[request.Items.Count];
            }

            cache.Look(request, hits);
            take(request, hits);
        }
    }

    /// <summary>The capacity that is given, or of which the mean load is the target.</summary>
    private ProvisionedThroughput UnitsFor(Demand demand, bool isCached, TimeSpan duration)
    {
        return new ProvisionedThroughput(
            plan.ReadUnits ?? For(isCached ? demand.CachedReads : demand.Reads), plan.WriteUnits ?? For(demand.Writes));

        long For(double units) => Math.Max(1, (long)Math.Ceiling(units / duration.TotalSeconds * 100 / plan.Target));
    }

    /// <summary>The units that a load asks of a table.</summary>
    private sealed class Demand
    {
        public double Reads { get; private set; }

        public double CachedReads { get; private set; }

        public double Writes { get; private set; }

        public void Add(CapacityRequest request, bool[] hits)
        {
            for (int at = 0; at < request.Items.Count; at++)
            {
                double units = RequestUnits.Of(request, request.Items[at]);
                if (RequestUnits.IsWrite(request))
                {
                    Writes += units;
                }
                else
                {
                    Reads += units;
                    CachedReads += hits[at] ? 0 : units;
                }
            }
        }
    }
}
