using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace DaxProxy.Report.Demo;

/// <summary>Stands between clients and a server, and lets every byte arrive later: what is near behaves as if it were far away.</summary>
/// <remarks>
/// Bytes wait on their way, not their sender, so the delay costs no throughput. Timers go by whole milliseconds, so it is up to two longer
/// there and back, and never shorter.
/// </remarks>
internal sealed class DelayedLink : IAsyncDisposable
{
    private const int ChunkBytes = 16 * 1024;
    private const int ChunksUnderWay = 256;

    private static readonly TimeSpan AfterFault = TimeSpan.FromMilliseconds(10);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly EndPoint server;
    private readonly TimeSpan oneWay;
    private readonly TimeProvider time;
    private readonly Task accepting;

    /// <summary>Begins to listen on a free port of this machine.</summary>
    /// <param name="server">Where bytes go.</param>
    /// <param name="thereAndBack">How much later an answer comes.</param>
    /// <param name="time">The clock.</param>
    public DelayedLink(EndPoint server, TimeSpan thereAndBack, TimeProvider time)
    {
        (this.server, oneWay, this.time) = (server, thereAndBack / 2, time);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where clients connect to.</summary>
    public Uri Address => new($"http://{listener.LocalEndpoint}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        listener.Dispose();
        await accepting.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    Socket client = await listener.AcceptSocketAsync(stop.Token).ConfigureAwait(false);
                    connections.RemoveAll(connection => connection.IsCompleted);
                    connections.Add(CarryAsync(client));
                }
                catch (SocketException)
                {
                    // A client that has gone again, or none fits: the next one may.
                    await Task.Delay(AfterFault, time, stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The link is being taken down.
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    private async Task CarryAsync(Socket client)
    {
        using Socket near = client, far = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        try
        {
            await far.ConnectAsync(server, over.Token).ConfigureAwait(false);
            await Task.WhenAny(PumpAsync(near, far, over.Token), PumpAsync(far, near, over.Token)).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            // The client sees its connection end, as it would if the server's end had gone.
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, CancellationToken over)
    {
        Channel<(long SeenAt, byte[] Bytes)> under = Channel.CreateBounded<(long, byte[])>(ChunksUnderWay);
        try
        {
            await Task.WhenAll(TakeAsync(), DeliverAsync()).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the ends has gone; the other one goes with it.
        }

        async Task TakeAsync()
        {
            byte[] buffer = new byte[ChunkBytes];
            try
            {
                for (int count; (count = await from.ReceiveAsync(buffer, over).ConfigureAwait(false)) > 0;)
                {
                    await under.Writer.WriteAsync((time.GetTimestamp(), buffer[..count]), over).ConfigureAwait(false);
                }
            }
            finally
            {
                under.Writer.Complete();
            }
        }

        async Task DeliverAsync()
        {
            await foreach ((long seenAt, byte[] bytes) in under.Reader.ReadAllAsync(over).ConfigureAwait(false))
            {
                // A timer drops what is less than a millisecond.
                double wait = Math.Ceiling((oneWay - time.GetElapsedTime(seenAt)).TotalMilliseconds);
                if (wait > 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(wait), time, over).ConfigureAwait(false);
                }

                await to.SendAsync(bytes, over).ConfigureAwait(false);
            }
        }
    }
}
