using System.Net;
using System.Net.Sockets;

namespace DaxProxy.Bench.Load;

/// <summary>One connection that sends a request made beforehand and reads as little of the reply as finds its end.</summary>
/// <remarks>
/// For one caller at a time. A request and its reply allocate nothing, so that the client takes little from the server measured. What differs between protocols is
/// only how a reply says where it ends.
/// </remarks>
internal abstract class LoadConnection : IDisposable
{
    /// <summary>Room for a page of 256 items.</summary>
    public const int DefaultBufferBytes = 512 * 1024;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer;

    /// <summary>Connects.</summary>
    /// <param name="server">To where.</param>
    /// <param name="bufferBytes">The longest reply.</param>
    protected LoadConnection(IPEndPoint server, int bufferBytes = DefaultBufferBytes)
    {
        buffer = GC.AllocateUninitializedArray<byte>(bufferBytes, pinned: true);
        socket.Connect(server);
    }

    /// <summary>Sends a request and waits for the whole reply; returns its length. A reply that is none of a measurement throws.</summary>
    public async ValueTask<int> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        int sent = await socket.SendAsync(request, SocketFlags.None).ConfigureAwait(false);
        int received = 0, needed = 0;
        do
        {
            int count = sent == request.Length ? await socket.ReceiveAsync(buffer.AsMemory(received), SocketFlags.None).ConfigureAwait(false) : 0;
            received += count > 0 ? count : throw new IOException("The server has gone.");
            needed = needed > 0 ? needed : LengthOf(buffer.AsSpan(0, received));
        }
        while (needed == 0 || received < needed);
        return received;
    }

    /// <summary>The same without a thread of the pool: the caller's waits. Allocates nothing, not even at the first wait.</summary>
    public int Exchange(ReadOnlySpan<byte> request)
    {
        Send(request);
        int received = 0, needed = 0;
        do
        {
            int count = socket.Receive(buffer.AsSpan(received));
            received += count > 0 ? count : throw new IOException("The server has gone.");
            needed = needed > 0 ? needed : LengthOf(buffer.AsSpan(0, received));
        }
        while (needed == 0 || received < needed);
        return received;
    }

    /// <summary>The first bytes of the last reply.</summary>
    public ReadOnlySpan<byte> Received(int length) => buffer.AsSpan(0, length);

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>Sends what has no reply.</summary>
    protected void Send(ReadOnlySpan<byte> bytes) => socket.Send(bytes);

    /// <summary>Bytes of the whole reply; 0 while that cannot be said.</summary>
    /// <exception cref="IOException">It is none that a measurement expects.</exception>
    protected abstract int LengthOf(ReadOnlySpan<byte> reply);
}
