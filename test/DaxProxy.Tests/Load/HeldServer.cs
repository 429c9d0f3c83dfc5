using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace DaxProxy.Tests.Load;

/// <summary>A server on loopback that answers a request when the test says so: with an empty 200, or by closing the connection.</summary>
internal sealed class HeldServer : IDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly LoopbackListener listener = new();
    private readonly Channel<TaskCompletionSource<bool>> arrived = Channel.CreateUnbounded<TaskCompletionSource<bool>>();

    public HeldServer() => _ = AcceptAsync();

    /// <summary>Where it is.</summary>
    public EndPoint EndPoint => listener.EndPoint;

    /// <summary>The next request that has arrived. Set to true it is answered, to false its connection is closed.</summary>
    public ValueTask<TaskCompletionSource<bool>> ArrivedAsync() => arrived.Reader.ReadAsync();

    public void Dispose() => listener.Dispose();

    private async Task AcceptAsync()
    {
        while (await listener.AcceptAsync() is { } socket)
        {
            _ = ServeAsync(socket);
        }
    }

    /// <summary>A request is whatever comes in one piece: those of the tests are short.</summary>
    private async Task ServeAsync(Socket socket)
    {
        using Socket client = socket;
        byte[] buffer = new byte[1024];
        while (await client.ReceiveAsync(buffer) > 0)
        {
            TaskCompletionSource<bool> request = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await arrived.Writer.WriteAsync(request);
            if (!await request.Task)
            {
                return;
            }

            await client.SendAsync(Answer);
        }
    }
}
