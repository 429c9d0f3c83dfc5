using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace DaxProxy.Hosting.Transport;

/// <summary>A connection whose reader and writer are the socket's: who reads waits for the socket, and who flushes writes to it.</summary>
/// <remarks>
/// Kestrel's own transport has a loop that reads ahead and one that writes behind, with a pipe between each and the protocol; a request
/// passes from thread to thread four times. That pays for large bodies, and for TLS. Where request and answer are a few hundred bytes each,
/// and the next request comes when the answer has been read, nothing is ever read ahead, and the passing is a tenth of what a request
/// costs. Without a loop that reads ahead, that the client has gone while it is being answered is noticed at the next heartbeat of the
/// server, within about a second.
/// </remarks>
internal sealed class DirectConnection : ConnectionContext, IDuplexPipe, IConnectionSocketFeature
{
    private static long lastId;

    private readonly SocketReader input;
    private readonly CancellationTokenSource closed = new();
    private bool isAborted;

    /// <summary>A connection over an accepted socket, which ends with it.</summary>
    public DirectConnection(Socket socket)
    {
        Socket = socket;
        socket.NoDelay = true;
        input = new SocketReader(socket);
        Output = new SocketWriter(socket);
        Transport = this;
        ConnectionClosed = closed.Token;
        Features.Set<IConnectionSocketFeature>(this);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
    }

    /// <inheritdoc/>
    public Socket Socket { get; }

    /// <inheritdoc/>
    public PipeReader Input => input;

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override string ConnectionId { get; set; } = "D" + Interlocked.Increment(ref lastId).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>Begins to look for the end of the connection. To be called once, by who serves it.</summary>
    public void Watch() =>
        Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static connection => ((DirectConnection)connection).NoticeEnd(), this);

    /// <summary>Ends what is being read and written; the client sees a reset.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        Volatile.Write(ref isAborted, true);
        Shutdown();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        if (Volatile.Read(ref isAborted))
        {
            Socket.Close(timeout: 0);
        }
        else
        {
            Shutdown();
        }

        Socket.Dispose();
        input.Dispose();
        closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Looks once. Who reads finds the end by himself.</summary>
    internal void NoticeEnd()
    {
        try
        {
            // Nothing to take, though there is something to read, is the end; unless the reader took it in between.
            int receives = input.Receives;
            if (!input.IsWaiting
                && !closed.IsCancellationRequested
                && Socket.Poll(0, SelectMode.SelectRead)
                && Socket.Available == 0
                && input.Receives == receives)
            {
                closed.Cancel();
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // It has been served meanwhile.
        }
    }

    private void Shutdown()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The client has gone already.
        }
    }
}
