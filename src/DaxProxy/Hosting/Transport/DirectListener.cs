using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace DaxProxy.Hosting.Transport;

/// <summary>A port of <see cref="DirectTransport"/>.</summary>
/// <param name="socket">Listens already; ends with this object.</param>
internal sealed class DirectListener(Socket socket) : IConnectionListener
{
    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return new DirectConnection(await socket.AcceptAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (SocketException end) when (end.SocketErrorCode != SocketError.OperationAborted)
            {
                // The client was gone before it was accepted.
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => UnbindAsync();
}
