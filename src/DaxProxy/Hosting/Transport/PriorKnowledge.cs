using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace DaxProxy.Hosting.Transport;

/// <summary>
/// HTTP/1.1 and HTTP/2 in clear text on one port. Kestrel decides between them by ALPN, so without TLS a listener of both speaks HTTP/1.1
/// only. Here the public listener speaks HTTP/1.1 and looks at the first bytes of a connection; those that begin with the HTTP/2 preface
/// go to a second listener of the same server, inside the process, that speaks HTTP/2.
/// </summary>
/// <remarks>
/// Looking costs one comparison per connection and nothing per request. Thread-safe. The limit on connections counts a handed-over
/// one twice: once at each listener. Source of the preface: RFC 9113 §3.4; an HTTP/1.1 request cannot begin with <c>PRI *</c>.
/// </remarks>
internal sealed class PriorKnowledge(TimeProvider time, TimeSpan firstBytesTimeout)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    private readonly Channel<HandedOverConnection> handedOver = Channel.CreateUnbounded<HandedOverConnection>();

    /// <summary>The address to bind for HTTP/2.</summary>
    public EndPoint EndPoint { get; } = new PriorKnowledgeEndPoint();

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Makes a listener of HTTP/1.1 hand over the connections that speak HTTP/2.</summary>
    public void Guard(KestrelListenOptions listener) => listener.Use(next => connection => ServeAsync(connection, next));

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => ReferenceEquals(endpoint, EndPoint);

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken) => new(this);

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken) =>
        await handedOver.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false)
            && handedOver.Reader.TryRead(out HandedOverConnection? connection) ? connection : null;

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken)
    {
        handedOver.Writer.TryComplete();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await BeginsWithPrefaceAsync(connection).ConfigureAwait(false) is not { } isHttp2)
        {
            return;
        }

        if (!isHttp2)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        HandedOverConnection inner = new(connection);
        if (handedOver.Writer.TryWrite(inner))
        {
            await inner.Served.ConfigureAwait(false);
        }
    }

    /// <summary>Null when the client left, or took too long, before it was clear.</summary>
    private async ValueTask<bool?> BeginsWithPrefaceAsync(ConnectionContext connection)
    {
        using CancellationTokenSource patience = new(firstBytesTimeout, time);
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed, ClosingOf(connection));
        PipeReader input = connection.Transport.Input;
        try
        {
            while (true)
            {
                ReadResult result = await input.ReadAsync(either.Token).ConfigureAwait(false);
                bool? answer = BeginsWithPreface(result.Buffer);
                if (answer is not null || result.IsCompleted || result.IsCanceled)
                {
                    input.AdvanceTo(result.Buffer.Start);
                    return answer ?? (result.Buffer.IsEmpty ? null : false);
                }

                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>Signals that the server stops: a connection that has not said anything yet must not hold it up.</summary>
    private static CancellationToken ClosingOf(ConnectionContext connection) =>
        connection.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeNotificationFeature>()
            ?.ConnectionClosedRequested ?? default;

    private static bool? BeginsWithPreface(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        int length = (int)Math.Min(buffer.Length, first.Length);
        buffer.Slice(0, length).CopyTo(first);
        return !Preface.StartsWith(first[..length]) ? false : length == Preface.Length ? true : null;
    }
}
