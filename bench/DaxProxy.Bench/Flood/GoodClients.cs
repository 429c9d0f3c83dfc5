using System.Diagnostics;
using System.Net.Sockets;
using DaxProxy.Load;

namespace DaxProxy.Bench.Flood;

/// <summary>Clients with a key that read small items all the while.</summary>
/// <param name="connections">Their connections, which end with this object.</param>
/// <param name="requests">What each of them sends, in turn.</param>
internal sealed class GoodClients(IReadOnlyList<LoadConnection> connections, IReadOnlyList<byte[][]> requests) : IDisposable
{
    private long answered;
    private long failed;
    private double longestMs;

    /// <summary>Requests answered, failed, and the longest time of one in milliseconds, since this was last asked.</summary>
    public (long Answered, long Failed, double LongestMs) Take() =>
        (Interlocked.Exchange(ref answered, 0), Interlocked.Exchange(ref failed, 0), Interlocked.Exchange(ref longestMs, 0));

    /// <summary>Goes on until it is told to stop.</summary>
    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, connections.Count).Select(index => Task.Run(() => RunAsync(index, stop), CancellationToken.None)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LoadConnection connection in connections)
        {
            connection.Dispose();
        }
    }

    private async Task RunAsync(int index, CancellationToken stop)
    {
        for (int turn = index; !stop.IsCancellationRequested; turn++)
        {
            long startedAt = Stopwatch.GetTimestamp();
            try
            {
                await connections[index].ExchangeAsync(requests[index][turn % requests[index].Length]).ConfigureAwait(false);
                Interlocked.Increment(ref answered);
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                Interlocked.Increment(ref failed);
                Console.Error.WriteLine($"A client with a key was not served: {fault.Message}");
                return;
            }

            double ms = Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds;
            if (ms > Volatile.Read(ref longestMs))
            {
                Volatile.Write(ref longestMs, ms);
            }
        }
    }
}
