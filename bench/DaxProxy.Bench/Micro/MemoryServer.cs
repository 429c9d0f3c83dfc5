using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DaxProxy.Bench.Micro;

/// <summary>
/// Kestrel with one connection made of two pipes, and everything done by the caller's thread: what a request costs beyond the operating
/// system, which is the larger and the noisier part of it.
/// </summary>
internal sealed class MemoryServer : IConnectionListenerFactory, IConnectionListener, IDisposable
{
    private readonly Channel<ConnectionContext> connections = Channel.CreateUnbounded<ConnectionContext>();
    private readonly WebApplication services;
    private readonly IServer server;
    private readonly Duplex client;
    private readonly byte[] request;

    public MemoryServer(RequestDelegate handler, byte[] request)
    {
        this.request = request;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Listener.Limit(kestrel, new ListenOptions());
            kestrel.Listen(EndPoint);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(this);
        services = builder.Build();
        server = services.Services.GetRequiredService<IServer>();
        server.StartAsync(new ContextApplication(handler), default).GetAwaiter().GetResult();
        client = Connect();
        WarmUp();
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 1);

    /// <summary>Sends the request and takes the whole reply; returns its length.</summary>
    public int Exchange()
    {
        client.Output.Write(request);
        ValueTask<FlushResult> flush = client.Output.FlushAsync();
        if (!flush.IsCompletedSuccessfully || !client.Input.TryRead(out ReadResult reply))
        {
            throw new InvalidOperationException("The reply was not made on this thread.");
        }

        int length = (int)reply.Buffer.Length;
        client.Input.AdvanceTo(reply.Buffer.End);
        return length;
    }

    /// <summary>
    /// Kestrel begins on a thread of the pool. Once it waits for a request, that is answered by the thread that sends it, and from then on
    /// always.
    /// </summary>
    private void WarmUp()
    {
        bool isAnsweredAtOnce;
        do
        {
            client.Output.Write(request);
            ValueTask<FlushResult> flush = client.Output.FlushAsync();
            ReadResult reply = default;
            isAnsweredAtOnce = flush.IsCompletedSuccessfully && client.Input.TryRead(out reply);
            if (!isAnsweredAtOnce)
            {
                flush.AsTask().GetAwaiter().GetResult();
                reply = client.Input.ReadAsync().AsTask().GetAwaiter().GetResult();
            }

            client.Input.AdvanceTo(reply.Buffer.End);
        }
        while (!isAnsweredAtOnce);
    }

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await connections.Reader.WaitToReadAsync(cancellationToken) && connections.Reader.TryRead(out ConnectionContext? next)
            ? next
            : null;

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        connections.Writer.TryComplete();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Output.Complete();
        server.StopAsync(default).GetAwaiter().GetResult();
        ((IDisposable)services).Dispose();
    }

    private Duplex Connect()
    {
        PipeOptions inline = new(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);
        Pipe up = new(inline), down = new(inline);
        connections.Writer.TryWrite(new DefaultConnectionContext("memory") { Transport = new Duplex(up.Reader, down.Writer) });
        return new Duplex(down.Reader, up.Writer);
    }
}
