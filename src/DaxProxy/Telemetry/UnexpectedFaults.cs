using System.Diagnostics.Metrics;

namespace DaxProxy.Telemetry;

/// <summary>
/// What broke where nothing should: the exceptions that reached a front end. Each is counted; the log has a line of it, but not more than
/// one a second for each front end, so that a client that has found a fault here cannot fill the disk with it. Where it happened is logged
/// at the level Debug.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class UnexpectedFaults(TimeProvider time)
{
    private const int MaxTextLength = 300;

    private readonly Dictionary<Frontend, FaultTally> tallies =
        Enum.GetValues<Frontend>().ToDictionary(frontend => frontend, _ => new FaultTally());

    /// <summary>Counts an exception and logs it.</summary>
    /// <param name="logger">Where to log.</param>
    /// <param name="frontend">What was asked.</param>
    /// <param name="id">The request's id, which the client is told, or the connection's.</param>
    /// <param name="fault">What came.</param>
    internal void Report(ILogger logger, Frontend frontend, string id, Exception fault)
    {
        if (tallies[frontend].Add(time, out long silent))
        {
            Log.RequestFailed(logger, id, frontend, TextOf(fault), silent);
        }

        Log.RequestFailedAt(logger, id, fault);
    }

    /// <summary>How many there were at a front end.</summary>
    internal long CountOf(Frontend frontend) => tallies[frontend].Count;

    /// <summary>What is counted, for a meter.</summary>
    internal IEnumerable<Measurement<long>> Observe() => tallies.Select(
        tally => new Measurement<long>(
            tally.Value.Count, new KeyValuePair<string, object?>("frontend", tally.Key.ToString().ToLowerInvariant())));

    /// <summary>An exception in one short line.</summary>
    internal static string TextOf(Exception fault)
    {
        string text = $"{fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}";
        return text.Length <= MaxTextLength ? text : text[..MaxTextLength] + "…";
    }

    private sealed class FaultTally
    {
        private readonly Lock gate = new();
        private long count;
        private long lastLineAt = long.MinValue;
        private long silentSince;

        public long Count => Interlocked.Read(ref count);

        /// <summary>Whether to log this one, and how many there were since the last that was.</summary>
        public bool Add(TimeProvider time, out long silent)
        {
            lock (gate)
            {
                Interlocked.Increment(ref count);
                long now = time.GetTimestamp();
                bool isDue = lastLineAt == long.MinValue || time.GetElapsedTime(lastLineAt, now) >= TimeSpan.FromSeconds(1);
                silent = silentSince;
                silentSince = isDue ? 0 : silentSince + 1;
                lastLineAt = isDue ? now : lastLineAt;
                return isDue;
            }
        }
    }
}
