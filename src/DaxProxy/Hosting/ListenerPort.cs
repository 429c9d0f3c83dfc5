using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using DaxProxy.Hosting.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace DaxProxy.Hosting;

/// <summary>One port of a listener, and what is spoken on it.</summary>
/// <remarks>Belongs to the one listener that it is given to.</remarks>
internal sealed class ListenerPort
{
    private readonly int port;
    private readonly Action<KestrelListenOptions, PriorKnowledge> configure;
    private readonly bool isDirect;
    private KestrelListenOptions? bound;
    private Func<ConnectionDelegate, ConnectionDelegate>? counting;
    private string option = "A port";

    private ListenerPort(int port, Action<KestrelListenOptions, PriorKnowledge> configure, bool isDirect = false)
    {
        this.port = port;
        this.configure = configure;
        this.isDirect = isDirect;
    }

    /// <summary>Where it listens once its listener has started; the port is the real one, also when any was asked for.</summary>
    public IPEndPoint EndPoint => bound!.IPEndPoint!;

    /// <summary>HTTP/1.1 and HTTP/2 in clear text, for the listener's handler.</summary>
    public static ListenerPort Http(int port) => new(port, (endpoint, priorKnowledge) =>
    {
        endpoint.Protocols = HttpProtocols.Http1;
        priorKnowledge.Guard(endpoint);
    });

    /// <summary>HTTP/1.1 and HTTP/2 over TLS, for the listener's handler; the client chooses by ALPN.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="tls">What is done in handshakes.</param>
    public static ListenerPort Https(int port, Handshake tls) => new(port, (endpoint, _) =>
    {
        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        tls.GuardPort(endpoint, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
    });

    /// <summary>The protocol of the handler, in short requests and answers. The connection ends when the handler's task does.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="handler">
    /// Serves one connection. When the listener is told to stop, it learns it by <see cref="IConnectionLifetimeNotificationFeature"/>.
    /// </param>
    public static ListenerPort Raw(int port, ConnectionDelegate handler) => new(
        port,
        (endpoint, _) =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(_ => connection =>
            {
                ((DirectConnection)connection).Watch();
                return handler(connection);
            });
        },
        isDirect: true);

    /// <summary>The same over TLS, without ALPN.</summary>
    /// <inheritdoc cref="Raw"/>
    public static ListenerPort RawTls(int port, ConnectionDelegate handler, Handshake tls) => new(port, (endpoint, _) =>
    {
        endpoint.Protocols = HttpProtocols.Http1;
        tls.GuardPort(endpoint, []);
        endpoint.Use(_ => handler);
    });

    /// <summary>What to bind on an address of this machine.</summary>
    public IPEndPoint AddressOn(IPAddress address) => isDirect ? new DirectEndPoint(address, port) : new IPEndPoint(address, port);

    /// <summary>Says by which option it is chosen.</summary>
    public ListenerPort ChosenBy(string path)
    {
        option = path;
        return this;
    }

    /// <summary>Why nothing can listen there now, with the option and the remedy; null where something can.</summary>
    public string? FaultOn(IPAddress address)
    {
        try
        {
            using Socket trial = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any))
            {
                trial.DualMode = true;
            }

            trial.Bind(new IPEndPoint(address, port));
            return null;
        }
        catch (SocketException fault)
        {
            IPEndPoint wanted = new(address, port);
            return fault.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse =>
                    $"{option}: {wanted} is in use by another process; stop it, or choose another port, 0 for any free one",
                SocketError.AccessDenied => $"{option}: this user may not listen on {wanted}; choose a port from 1024 on",
                SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported =>
                    $"Listen:Host: {address} is no address of this machine; use one that is, or 0.0.0.0 for all of them",
                _ => $"{option}: nothing can listen on {wanted} ({fault.SocketErrorCode}); choose another port",
            };
        }
    }

    /// <summary>Has its connections counted.</summary>
    /// <param name="counting">What is to stand around the handler of each.</param>
    public ListenerPort Counted(Func<ConnectionDelegate, ConnectionDelegate> counting)
    {
        this.counting = counting;
        return this;
    }

    /// <summary>Takes over what Kestrel is about to bind for this port.</summary>
    public void Configure(KestrelListenOptions endpoint, PriorKnowledge priorKnowledge)
    {
        if (counting is not null)
        {
            endpoint.Use(counting);
        }

        configure(endpoint, priorKnowledge);
        bound = endpoint;
    }
}
