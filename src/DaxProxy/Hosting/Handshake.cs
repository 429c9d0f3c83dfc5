using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using KestrelListenOptions = Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions;

namespace DaxProxy.Hosting;

/// <summary>How a connection with TLS begins: the certificate that is shown, and the one that is asked for.</summary>
/// <param name="Certificate">The server's certificate.</param>
/// <param name="Clients">Who signs the certificates of clients; null where none is asked for.</param>
/// <param name="IsRequired">
/// Whether a client without a certificate is refused in the handshake; otherwise only one with a certificate that is not good.
/// </param>
internal sealed record Handshake(ServerCertificate Certificate, ClientAuthorities? Clients, bool IsRequired = true)
{
    /// <summary>Lets a port speak TLS, with the certificates as they are when a connection begins.</summary>
    /// <param name="endpoint">The port.</param>
    /// <param name="protocols">What clients may choose from by ALPN.</param>
    public void GuardPort(KestrelListenOptions endpoint, List<SslApplicationProtocol> protocols) =>
        endpoint.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                SslServerAuthenticationOptions tls = new()
                {
                    ServerCertificateContext = Certificate.Current,
                    ApplicationProtocols = protocols,
                    AllowRenegotiation = false,
                };
                Clients?.AskIn(tls, IsRequired);
                return new(tls);
            },
        });
}
