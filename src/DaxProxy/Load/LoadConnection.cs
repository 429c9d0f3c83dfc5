using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace DaxProxy.Load;

/// <summary>One connection of a load: sends a request as it is given and reads as little of the reply as finds its end.</summary>
/// <remarks>
/// For one caller at a time. A request and its reply allocate nothing once the buffer fits, so that the client takes little from the server
/// measured. What differs between protocols is only how a reply says where it ends.
/// </remarks>
internal abstract class LoadConnection : IDisposable
{
    private const int FirstBytes = 4096;

    /// <summary>DynamoDB's longest reply is 16 MB; what is longer is none.</summary>
    private const int MaxReplyBytes = 32 << 20;

    private Socket socket = NewSocket();
    private byte[] buffer = GC.AllocateUninitializedArray<byte>(FirstBytes, pinned: true);
    private SslStream? secure;
    private EndPoint? connectedTo;
    private string? secureHost;

    /// <summary>Connects in clear text.</summary>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    public void Connect(EndPoint server)
    {
        connectedTo = server;
        socket.Connect(server);
    }

    /// <summary>Connects over TLS, to the server of this name.</summary>
    /// <exception cref="SocketException">Nothing listens there.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not trusted.</exception>
    public void ConnectSecurely(EndPoint server, string host)
    {
        Connect(server);
        secureHost = host;
        secure = new SslStream(new NetworkStream(socket, ownsSocket: false));
        secure.AuthenticateAsClient(host);
    }

    /// <summary>Connects again to the same server in the same way, after an exchange that failed.</summary>
    /// <exception cref="SocketException">Nothing listens there any more.</exception>
    public void Reconnect()
    {
        secure?.Dispose();
        socket.Dispose();
        socket = NewSocket();
        if (secureHost is { } host)
        {
            ConnectSecurely(connectedTo!, host);
        }
        else
        {
            Connect(connectedTo!);
        }
    }

    /// <summary>Sends a request and waits for the whole reply; returns its length. A reply that is none of a measurement throws.</summary>
    /// <exception cref="IOException">The connection broke, or the reply cannot be understood.</exception>
    public async ValueTask<int> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        if (secure is not null)
        {
            await secure.WriteAsync(request).ConfigureAwait(false);
        }
        else if (await socket.SendAsync(request, SocketFlags.None).ConfigureAwait(false) < request.Length)
        {
            throw Gone();
        }

        int received = 0, needed = 0;
        do
        {
            MakeRoom(received, needed);
            int count = secure is not null
                ? await secure.ReadAsync(buffer.AsMemory(received)).ConfigureAwait(false)
                : await socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None).ConfigureAwait(false);
            received += count > 0 ? count : throw Gone();
            needed = needed > 0 ? needed : LengthOf(buffer.AsSpan(0, received));
        }
        while (needed == 0 || received < needed);
        return received;
    }

    /// <summary>
    /// The same without a thread of the pool, in clear text: the caller's waits. Allocates nothing, not even at the first wait.
    /// </summary>
    /// <exception cref="IOException">The connection broke, or the reply cannot be understood.</exception>
    public int Exchange(ReadOnlySpan<byte> request)
    {
        Send(request);
        int received = 0, needed = 0;
        do
        {
            MakeRoom(received, needed);
            int count = socket.Receive(buffer.AsSpan(received));
            received += count > 0 ? count : throw Gone();
            needed = needed > 0 ? needed : LengthOf(buffer.AsSpan(0, received));
        }
        while (needed == 0 || received < needed);
        return received;
    }

    /// <summary>The first bytes of the last reply; good until the next request.</summary>
    public ReadOnlySpan<byte> Received(int length) => buffer.AsSpan(0, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends what has no reply, in clear text.</summary>
    protected void Send(ReadOnlySpan<byte> bytes) => socket.Send(bytes);

    /// <summary>Bytes of the whole reply; 0 while that cannot be said.</summary>
    /// <exception cref="IOException">It is none that a measurement expects.</exception>
    protected abstract int LengthOf(ReadOnlySpan<byte> reply);

    /// <summary>Closes the connection.</summary>
    protected virtual void Dispose(bool isDisposing)
    {
        secure?.Dispose();
        socket.Dispose();
    }

    private static Socket NewSocket() => new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private static IOException Gone() => new("The server has closed the connection.");

    private void MakeRoom(int received, int needed)
    {
        if (received < buffer.Length)
        {
            return;
        }

        if (received >= MaxReplyBytes)
        {
            throw new IOException("The reply has no end.");
        }

        byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(needed, 2 * received), pinned: true);
        buffer.AsSpan(0, received).CopyTo(larger);
        buffer = larger;
    }
}
