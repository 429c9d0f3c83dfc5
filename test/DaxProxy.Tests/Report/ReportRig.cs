using DaxProxy.Load;
using DaxProxy.Report;
using DaxProxy.Telemetry;

namespace DaxProxy.Tests.Report;

/// <summary>Makes measurements of figures that a test chooses.</summary>
internal static class ReportRig
{
    /// <summary>A plan.</summary>
    public static ReportPlan Plan(string workload = "ycsb-b", string command = "daxproxy report", double rate = 0) => new()
    {
        Direct = new Uri("https://dynamodb.eu-central-1.amazonaws.com"),
        Proxied = new Uri("http://127.0.0.1:8000"),
        Workload = Workload.Presets.GetValueOrDefault(workload) ?? new Workload { Name = workload, Reads = 1 },
        Region = "eu-central-1",
        Out = "report.html",
        Command = command,
        Rate = rate,
    };

    /// <summary>A measurement of a load of 95 % reads.</summary>
    /// <param name="directMicroseconds">How long requests take directly; some more, some less.</param>
    /// <param name="proxiedMicroseconds">How long hits take.</param>
    /// <param name="requests">Requests of a round.</param>
    /// <param name="scans">Whether the reads are scans.</param>
    /// <param name="errors">Failures of a round through the proxy.</param>
    /// <param name="wrong">Wrong answers of a round through the proxy.</param>
    /// <param name="stale">Stale reads found.</param>
    /// <param name="directHits">Share of the direct reads that a cache answered.</param>
    /// <param name="clientCores">Cores that the load used.</param>
    /// <param name="spread">How much longer each direct round takes than the one before, as a factor.</param>
    /// <param name="lateMilliseconds">How late requests of an open loop were sent.</param>
    public static Measurement Measure(
        double directMicroseconds = 4000,
        double proxiedMicroseconds = 200,
        int requests = 2000,
        bool scans = false,
        int errors = 0,
        int wrong = 0,
        int stale = 0,
        double directHits = 0,
        double clientCores = 0.1,
        double spread = 1,
        double lateMilliseconds = 0)
    {
        List<Round> rounds = [Of(Phase.Cold, false, 0, 16), Of(Phase.Cold, true, 0, 16)];
        for (int index = 0; index < ReportPlan.WarmRounds; index++)
        {
            rounds.AddRange([Of(Phase.Warm, false, index, 16), Of(Phase.Warm, true, index, 16)]);
        }

        foreach ((int index, int connections) in ReportPlan.SweepConnections.Index())
        {
            rounds.AddRange([Of(Phase.Sweep, false, index, connections), Of(Phase.Sweep, true, index, connections)]);
        }

        return new Measurement(
            DateTimeOffset.UnixEpoch, rounds, new AuditResult(1000, stale, stale * 12.5, 0), new AuditResult(1000, 0, 0, 0), Late());

        LatencySnapshot Late()
        {
            LatencyHistogram late = new();
            late.Record((long)(lateMilliseconds * 1e6));
            return late.Snapshot();
        }

        Round Of(Phase phase, bool isProxied, int index, int connections)
        {
            Random random = new((index * 2) + (isProxied ? 1 : 0));
            LatencyHistogram reads = new(), writes = new();
            int hits = isProxied ? requests * 9 / 10 : (int)(requests * directHits), writeCount = requests / 20;
            double longer = isProxied ? 1 : Math.Pow(spread, index);
            for (int count = 0; count < requests - writeCount; count++)
            {
                reads.Record(
                    (long)(1000 * (isProxied && count < hits ? proxiedMicroseconds : directMicroseconds) * longer * (0.8
                        + (0.4 * random.NextDouble()))));
            }

            for (int count = 0; count < writeCount; count++)
            {
                writes.Record((long)(1100 * directMicroseconds * (0.8 + (0.4 * random.NextDouble()))));
            }

            LatencySnapshot none = new LatencyHistogram().Snapshot();
            return new Round
            {
                Phase = phase,
                IsProxied = isProxied,
                Index = index,
                Connections = connections,
                Seconds = 1,
                PerSecond = requests,
                ClientCores = clientCores,
                Latency = scans ? [none, reads.Snapshot(), writes.Snapshot()] : [reads.Snapshot(), none, writes.Snapshot()],
                ReadsOfSlice = [.. Enumerable.Repeat((long)(requests - writeCount) / Tally.Slices, Tally.Slices)],
                HitsOfSlice = [.. Enumerable.Repeat((long)hits / Tally.Slices, Tally.Slices)],
                ReadUnits = (requests - writeCount) / 2.0,
                ReadUnitsOfHits = hits / 2.0,
                WriteUnits = writeCount,
                Wrong = isProxied ? wrong : 0,
                Errors = isProxied && errors > 0 ? new Dictionary<string, long> { ["ThrottlingException"] = errors } : [],
            };
        }
    }
}
