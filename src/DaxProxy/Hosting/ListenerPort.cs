using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace DaxProxy.Hosting;

/// <summary>One port of a listener, and what is spoken on it.</summary>
/// <remarks>Belongs to the one listener that it is given to.</remarks>
internal sealed class ListenerPort
{
    private readonly Action<KestrelListenOptions, PriorKnowledge> configure;
    private KestrelListenOptions? bound;

    private ListenerPort(int port, Action<KestrelListenOptions, PriorKnowledge> configure)
    {
        Port = port;
        this.configure = configure;
    }

    /// <summary>The port that was asked for; 0 for any free one.</summary>
    public int Port { get; }

    /// <summary>Where it listens once its listener has started; the port is the real one, also when any was asked for.</summary>
    public IPEndPoint EndPoint => bound!.IPEndPoint!;

    /// <summary>HTTP/1.1 and HTTP/2 in clear text, for the listener's handler.</summary>
    public static ListenerPort Http(int port) => new(port, (endpoint, priorKnowledge) =>
    {
        endpoint.Protocols = HttpProtocols.Http1;
        priorKnowledge.Guard(endpoint);
    });

    /// <summary>HTTP/1.1 and HTTP/2 over TLS, for the listener's handler; the client chooses by ALPN.</summary>
    public static ListenerPort Https(int port, ServerCertificate certificate) => new(port, (endpoint, _) =>
    {
        endpoint.Protocols = HttpProtocols.Http1AndHttp2;
        UseTls(endpoint, certificate, [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
    });

    /// <summary>Whatever the handler speaks. Its connection ends when its task does.</summary>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <param name="handler">
    /// Serves one connection. When the listener is told to stop, it learns it by
    /// <see cref="Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeNotificationFeature"/>.
    /// </param>
    /// <param name="certificate">What to put TLS, without ALPN, in front of the handler with; null for clear text.</param>
    public static ListenerPort Raw(int port, ConnectionDelegate handler, ServerCertificate? certificate = null) => new(port, (endpoint, _) =>
    {
        endpoint.Protocols = HttpProtocols.Http1;
        if (certificate is not null)
        {
            UseTls(endpoint, certificate, []);
        }

        endpoint.Use(_ => handler);
    });

    /// <summary>Takes over what Kestrel is about to bind for this port.</summary>
    public void Configure(KestrelListenOptions endpoint, PriorKnowledge priorKnowledge)
    {
        configure(endpoint, priorKnowledge);
        bound = endpoint;
    }

    private static void UseTls(KestrelListenOptions endpoint, ServerCertificate certificate, List<SslApplicationProtocol> protocols) =>
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Current,
                ApplicationProtocols = protocols,
                AllowRenegotiation = false,
            }),
        });
}
