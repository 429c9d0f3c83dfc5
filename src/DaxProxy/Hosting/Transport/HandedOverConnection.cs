using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace DaxProxy.Hosting.Transport;

/// <summary>
/// A connection as the second listener sees it: the same bytes, but features and an end of its own. It ends when that listener is done
/// with it; only then the first listener closes the socket.
/// </summary>
internal sealed class HandedOverConnection : ConnectionContext
{
    private readonly ConnectionContext outer;
    private readonly TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HandedOverConnection(ConnectionContext outer)
    {
        this.outer = outer;
        Features = new FeatureCollection(outer.Features);
        Items = new ConnectionItems();
        Transport = outer.Transport;
        ConnectionId = outer.ConnectionId;
        ConnectionClosed = outer.ConnectionClosed;
        LocalEndPoint = outer.LocalEndPoint;
        RemoteEndPoint = outer.RemoteEndPoint;
    }

    /// <summary>Completes when the connection has been served.</summary>
    public Task Served => served.Task;

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override string ConnectionId { get; set; }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; }

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; }

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) => outer.Abort(abortReason);

    /// <inheritdoc/>
    public override void Abort() => outer.Abort();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        served.TrySetResult();
        return base.DisposeAsync();
    }
}
