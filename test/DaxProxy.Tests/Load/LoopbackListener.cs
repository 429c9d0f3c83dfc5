using System.Net;
using System.Net.Sockets;

namespace DaxProxy.Tests.Load;

/// <summary>
/// A socket that listens on loopback and can be disposed of at any time: accepting then answers null.
/// (A <see cref="TcpListener"/> tells it by one of three exceptions, as the loop happens to be waiting, about to wait, or not.)
/// </summary>
internal sealed class LoopbackListener : IDisposable
{
    private const int Backlog = 1024;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Begins to listen.</summary>
    /// <param name="at">Where; null for any port of loopback.</param>
    public LoopbackListener(IPEndPoint? at = null)
    {
        socket.Bind(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(Backlog);
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Where it listens, or has listened.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>The next connection; null when there will be none any more.</summary>
    public async Task<Socket?> AcceptAsync()
    {
        try
        {
            return await socket.AcceptAsync();
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();
}
