using System.Diagnostics;
using System.Net.Sockets;
using DaxProxy.Telemetry;

namespace DaxProxy.Load;

/// <summary>Lets connections send what their sources give, in a closed or in an open loop.</summary>
/// <remarks>
/// Closed: each connection sends its next request when the reply to the last is complete, so that a slow server is asked less. Open:
/// requests fall due at a rate that nothing slows; whichever connection is free takes the next one, and what had to wait for a free
/// connection counts its waiting, as a user's would ("coordinated omission" is the name of not counting it). A connection that was free in
/// time and is only woken late, or a little early, counts from when it sent, as that is this process's own doing: timers go by
/// milliseconds. How late that was is in <see cref="Lateness"/>; much more than two milliseconds there means that this machine is too small
/// for its load. One run at a time. The first reply that cannot be understood, or a connection that breaks, ends the run with its exception
/// unless its source bears it.
/// </remarks>
/// <param name="connections">The connections, which stay open; the caller's to close.</param>
/// <param name="sources">One for each connection.</param>
internal sealed class LoadDriver(IReadOnlyList<LoadConnection> connections, IReadOnlyList<ILoadSource> sources)
{
    private int due;

    /// <summary>How much later than due requests of an open loop were sent although a connection was free.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>Closed loop, for so long. Returns how many replies came a second.</summary>
    public Task<double> RunAsync(TimeSpan duration) => RunAsync(duration, CancellationToken.None);

    /// <summary>
    /// Closed loop, for so long or until it is cancelled, and at least one request on each connection. Returns how many replies came a
    /// second.
    /// </summary>
    public Task<double> RunAsync(TimeSpan duration, CancellationToken stop)
    {
        long end = EndOf(duration);
        return TimeAsync(index => CloseAsync(connections[index], sources[index], long.MaxValue, end, stop));
    }

    /// <summary>Closed loop, so many requests on each connection. Returns how many replies came a second.</summary>
    public Task<double> RunCountAsync(long requestsOfEach) =>
        TimeAsync(index => CloseAsync(connections[index], sources[index], requestsOfEach, long.MaxValue, CancellationToken.None));

    /// <summary>Open loop at this rate, for so long or until it is cancelled. Returns how many replies came a second.</summary>
    /// <param name="requestsPerSecond">The rate of all connections together.</param>
    /// <param name="duration">How long requests fall due.</param>
    /// <param name="stop">Ends it early.</param>
    public Task<double> RunOpenAsync(double requestsPerSecond, TimeSpan duration, CancellationToken stop)
    {
        long count = (long)Math.Min(int.MaxValue, requestsPerSecond * duration.TotalSeconds);
        double interval = TimeSpan.TicksPerSecond / requestsPerSecond;
        return RunOpenAsync(turn => TimeSpan.FromTicks((long)(turn * interval)), count, stop);
    }

    /// <summary>Open loop at moments that are given, or until it is cancelled. Returns how many replies came a second.</summary>
    /// <param name="dueAt">When the request of this number falls due; no sooner than the one before. Thread-safe.</param>
    /// <param name="count">How many requests there are.</param>
    /// <param name="stop">Ends it early.</param>
    public Task<double> RunOpenAsync(Func<long, TimeSpan> dueAt, long count, CancellationToken stop)
    {
        due = 0;
        long start = Stopwatch.GetTimestamp();
        return TimeAsync(index => OpenAsync(connections[index], sources[index], start, dueAt, count, stop));
    }

    private static long EndOf(TimeSpan duration) => Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);

    private async Task<double> TimeAsync(Func<int, Task<long>> loop)
    {
        long startedAt = Stopwatch.GetTimestamp();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, connections.Count).Select(index => Task.Run(() => loop(index))))
            .ConfigureAwait(false);
        return counts.Sum() / Stopwatch.GetElapsedTime(startedAt).TotalSeconds;
    }

    private static async Task<long> CloseAsync(LoadConnection connection, ILoadSource source, long most, long end, CancellationToken stop)
    {
        long count = 0;
        bool isFirst = true;
        for (long now = Stopwatch.GetTimestamp(); count < most && (now < end || isFirst) && !stop.IsCancellationRequested;)
        {
            isFirst = false;
            long sentAt = now;
            try
            {
                int length = await connection.ExchangeAsync(source.Next()).ConfigureAwait(false);
                now = Stopwatch.GetTimestamp();
                source.Answered(connection.Received(length), Nanoseconds(now - sentAt));
                count++;
            }
            catch (Exception fault) when (IsBorne(fault, source))
            {
                connection.Reconnect();
                now = Stopwatch.GetTimestamp();
            }
        }

        return count;
    }

    private async Task<long> OpenAsync(
        LoadConnection connection, ILoadSource source, long start, Func<long, TimeSpan> dueAt, long most, CancellationToken stop)
    {
        long count = 0;
        for (long turn; (turn = Interlocked.Increment(ref due) - 1) < most && !stop.IsCancellationRequested;)
        {
            long from = start + (long)(dueAt(turn).TotalSeconds * Stopwatch.Frequency);
            TimeSpan wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), from);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
                long now = Stopwatch.GetTimestamp();
                Lateness.Record(Nanoseconds(now - from));
                from = now;
            }

            try
            {
                int length = await connection.ExchangeAsync(source.Next()).ConfigureAwait(false);
                source.Answered(connection.Received(length), Nanoseconds(Stopwatch.GetTimestamp() - from));
                count++;
            }
            catch (Exception fault) when (IsBorne(fault, source))
            {
                connection.Reconnect();
            }
        }

        return count;
    }

    private static bool IsBorne(Exception fault, ILoadSource source) => fault is IOException or SocketException && source.MayGoOn(fault);

    private static long Nanoseconds(long ticks) => ticks * (1_000_000_000 / Stopwatch.Frequency);
}
