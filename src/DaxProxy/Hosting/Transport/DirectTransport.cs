using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace DaxProxy.Hosting.Transport;

/// <summary>
/// Kestrel's way to sockets for protocols of short requests and short answers: see <see cref="DirectConnection"/> for what it leaves out.
/// </summary>
/// <remarks>Immutable and thread-safe. Everything above it is Kestrel's: limits on connections, TLS, draining.</remarks>
internal sealed class DirectTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>Connections that the system accepts before we do.</summary>
    private const int Backlog = 512;

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is DirectEndPoint;

    /// <inheritdoc/>
    /// <exception cref="AddressInUseException">The port is in use.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return new(new DirectListener(socket));
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException(taken.Message, taken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
