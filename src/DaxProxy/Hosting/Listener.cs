using System.Net;
using System.Net.Sockets;
using DaxProxy.Hosting.Transport;
using DaxProxy.Memory;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using ListenOptions = DaxProxy.Options.ListenOptions;

namespace DaxProxy.Hosting;

/// <summary>
/// Ports that start, drain and stop as one, and the one handler behind those that speak HTTP. Each listener is a server of its own, so no
/// request can reach another listener's handler, and one can go on answering while the other drains.
/// </summary>
internal sealed class Listener : IAsyncDisposable
{
    private const int MaxHeaderBytes = 16 * 1024;

    /// <summary>
    /// How much is read ahead of a request that nothing has asked for yet. Every connection may hold so much, also those whose client has
    /// gone and that are still read to their end. It may not be less than what the headers of a request may take.
    /// </summary>
    private const int ReadAheadBytes = 32 * 1024;

    private readonly ServiceProvider services;
    private readonly IServer server;

    private Listener(ServiceProvider services)
    {
        this.services = services;
        server = services.GetRequiredService<IServer>();
    }

    /// <summary>Starts to listen on all ports, or on none.</summary>
    /// <exception cref="IOException">An address is in use or not ours. The message names the option and the remedy.</exception>
    public static async Task<Listener> StartAsync(
        IPAddress address,
        IReadOnlyList<ListenerPort> ports,
        ListenOptions options,
        ILoggerFactory loggers,
        TimeProvider time,
        RequestDelegate handler,
        CancellationToken cancellationToken)
    {
        Listener? listener = null;
        PriorKnowledge priorKnowledge = new(time, options.HeadersTimeout);
        KestrelBuilder builder = new(new ServerLoggers(loggers, time));
        builder.Services.Configure<SocketTransportOptions>(transport => transport.MaxReadBufferSize = ReadAheadBytes);
        builder.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            Limit(kestrel, options);
            foreach (ListenerPort port in ports)
            {
                kestrel.Listen(port.AddressOn(address), endpoint => port.Configure(endpoint, priorKnowledge));
            }

            kestrel.Listen(priorKnowledge.EndPoint, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(priorKnowledge);
        builder.Services.AddSingleton<IConnectionListenerFactory, DirectTransport>();
        try
        {
            listener = new Listener(builder.Services.BuildServiceProvider());
            await listener.server.StartAsync(new ContextApplication(handler), cancellationToken).ConfigureAwait(false);
            return listener;
        }
        catch (Exception fault)
        {
            if (listener is not null)
            {
                await listener.DisposeAsync().ConfigureAwait(false);
            }

            if (fault is IOException or SocketException
                && ports.Select(port => port.FaultOn(address)).OfType<string>().FirstOrDefault() is { } why)
            {
                throw new IOException(why, fault);
            }

            throw;
        }
    }

    /// <summary>Stops to listen and waits for the requests in flight, until the token says that it has been long enough.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => services.DisposeAsync();

    /// <summary>What a listener takes from a connection, and what it says of itself.</summary>
    public static void Limit(KestrelServerOptions kestrel, ListenOptions options)
    {
        // A server before or behind this process must see requests begin and end where Kestrel does. Left to itself it takes a line feed
        // alone for the end of a line, which only this switch of the process forbids, and a length with a sign.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", true);
        kestrel.RequestHeaderEncodingSelector = DigitsEncoding.Select;
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        KestrelServerLimits limits = kestrel.Limits;

        // Kestrel answers these itself, as 414 and 431 with an empty body; DynamoDB says 400.
        limits.MaxRequestLineSize = MaxHeaderBytes;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.RequestHeadersTimeout = options.HeadersTimeout;
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        limits.MaxConcurrentConnections = options.MaxConnections > 0 ? options.MaxConnections : null;

        // The handlers cap bodies themselves: DynamoDB's answer to a large one is not Kestrel's.
        limits.MaxRequestBodySize = null;
        limits.Http2.MaxStreamsPerConnection = 250;

        limits.MaxRequestBufferSize = ReadAheadBytes;

        // The least that a stream can be allowed; a body that is not wanted yet is held up to here. Small bodies fit.
        limits.Http2.InitialConnectionWindowSize = 2 * InFlightBudget.SmallBytes;
        limits.Http2.InitialStreamWindowSize = InFlightBudget.SmallBytes;
    }
}
