using System.Collections.Concurrent;
using System.Diagnostics;
using DaxProxy.Telemetry;

namespace DaxProxy.Report;

/// <summary>Counts what a round brings. Thread-safe; read when the round is over.</summary>
/// <param name="duration">How long the round takes.</param>
internal sealed class Tally(TimeSpan duration)
{
    /// <summary>Parts of a round for which hits are counted by themselves.</summary>
    public const int Slices = 20;

    private readonly long startedAt = Stopwatch.GetTimestamp();
    private readonly LatencyHistogram[] latency = [.. Enum.GetValues<RequestKind>().Select(_ => new LatencyHistogram())];
    private readonly long[] readsOfSlice = new long[Slices];
    private readonly long[] hitsOfSlice = new long[Slices];
    private readonly ConcurrentDictionary<string, long> errors = new();
    private long halfReadUnits;
    private long halfReadUnitsOfHits;
    private long writeUnits;
    private long wrong;

    /// <summary>A reply to a read or scan.</summary>
    /// <param name="kind">Which of them.</param>
    /// <param name="nanoseconds">How long it took.</param>
    /// <param name="isHit">Whether a cache answered.</param>
    /// <param name="halfUnits">Halves of read request units that DynamoDB takes for it.</param>
    /// <param name="isWrong">Whether what was asked for was not in it.</param>
    public void CountRead(RequestKind kind, long nanoseconds, bool isHit, int halfUnits, bool isWrong)
    {
        latency[(int)kind].Record(nanoseconds);
        int slice = Math.Clamp((int)(Stopwatch.GetElapsedTime(startedAt) / duration * Slices), 0, Slices - 1);
        Interlocked.Increment(ref readsOfSlice[slice]);
        Interlocked.Add(ref halfReadUnits, halfUnits);
        if (isHit)
        {
            Interlocked.Increment(ref hitsOfSlice[slice]);
            Interlocked.Add(ref halfReadUnitsOfHits, halfUnits);
        }

        if (isWrong)
        {
            Interlocked.Increment(ref wrong);
        }
    }

    /// <summary>A reply to a write.</summary>
    /// <param name="nanoseconds">How long it took.</param>
    /// <param name="units">Write request units that DynamoDB takes for it.</param>
    public void CountWrite(long nanoseconds, int units)
    {
        latency[(int)RequestKind.Write].Record(nanoseconds);
        Interlocked.Add(ref writeUnits, units);
    }

    /// <summary>A request that failed.</summary>
    /// <param name="name">The name of the error.</param>
    public void CountError(string name) => errors.AddOrUpdate(name, 1, static (_, count) => count + 1);

    /// <summary>What the round has brought.</summary>
    public Round ToRound(Phase phase, bool isProxied, int index, int connections, double perSecond, double clientCores) => new()
    {
        Phase = phase,
        IsProxied = isProxied,
        Index = index,
        Connections = connections,
        Seconds = duration.TotalSeconds,
        PerSecond = perSecond,
        ClientCores = clientCores,
        Latency = [.. latency.Select(kind => kind.Snapshot())],
        ReadsOfSlice = readsOfSlice,
        HitsOfSlice = hitsOfSlice,
        ReadUnits = halfReadUnits / 2.0,
        ReadUnitsOfHits = halfReadUnitsOfHits / 2.0,
        WriteUnits = writeUnits,
        Wrong = wrong,
        Errors = errors.OrderBy(error => error.Key, StringComparer.Ordinal).ToDictionary(error => error.Key, error => error.Value),
    };
}
