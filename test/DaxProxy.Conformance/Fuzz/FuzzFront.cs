using System.Net;
using System.Net.Sockets;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>
/// A front end under fire: makes inputs, sends them over one connection after another, and says what became of each. For one caller at a
/// time.
/// </summary>
internal abstract class FuzzFront(IPEndPoint server) : IDisposable
{
    /// <summary>Longer than the proxy waits for the rest of a request, and much longer than anything should take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an input that may not be whole is waited for, before the sending side is closed: a server need not answer after that.
    /// </summary>
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromMilliseconds(25);

    private byte[] buffer = new byte[64 * 1024];

    protected Socket? Connection { get; private set; }

    protected int Received { get; private set; }

    protected ReadOnlySpan<byte> Answer => buffer.AsSpan(0, Received);

    /// <summary>Makes the next input.</summary>
    public abstract FuzzInput Next(Random random);

    /// <summary>Sends an input and waits for its end.</summary>
    public async Task<FuzzOutcome> SendAsync(FuzzInput input)
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            if (!input.IsRaw)
            {
                return await CallAsync(input, patience.Token);
            }

            Close();
            await SendBytesAsync(Begin(input), patience.Token);
            Task<bool> first = ReceiveAsync(patience.Token);
            await Task.WhenAny(first, Task.Delay(TimeToAnswer, TimeProvider.System, CancellationToken.None));
            Connection!.Shutdown(SocketShutdown.Send);
            for (bool hasMore = await first; hasMore; hasMore = await ReceiveAsync(patience.Token))
            {
            }

            return IsInternalError(input) ? FuzzOutcome.InternalError : FuzzOutcome.Served;
        }
        catch (SocketException)
        {
            return FuzzOutcome.Served;
        }
        catch (OperationCanceledException)
        {
            Close();
            return FuzzOutcome.Hang;
        }
        finally
        {
            if (input.IsRaw)
            {
                Close();
            }
        }
    }

    public void Dispose() => Close();

    /// <summary>Sends a request over the connection that stays open, and receives its answer.</summary>
    protected abstract Task<FuzzOutcome> CallAsync(FuzzInput input, CancellationToken cancellationToken);

    /// <summary>What a connection of its own begins with, and the input behind it.</summary>
    protected virtual byte[] Begin(FuzzInput input) => input.Bytes;

    /// <summary>Whether what has been received tells of an internal error that the input does not justify.</summary>
    protected abstract bool IsInternalError(FuzzInput input);

    /// <summary>Sends bytes, over a new connection if there is none.</summary>
    protected async Task SendBytesAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Connection is null)
        {
            Connection = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await Connection.ConnectAsync(server, cancellationToken);
        }

        Received = 0;
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Connection.SendAsync(bytes, cancellationToken)..];
        }
    }

    /// <summary>Receives more; false when the other side has closed.</summary>
    protected async Task<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (Received == buffer.Length)
        {
            Array.Resize(ref buffer, 2 * buffer.Length);
        }

        int count = await Connection!.ReceiveAsync(buffer.AsMemory(Received), cancellationToken);
        Received += count;
        return count > 0;
    }

    /// <summary>Forgets what has been received up to here.</summary>
    protected void Take(int count)
    {
        buffer.AsSpan(count, Received - count).CopyTo(buffer);
        Received -= count;
    }

    protected void Close()
    {
        Connection?.Dispose();
        Connection = null;
        Received = 0;
        OnClosed();
    }

    protected virtual void OnClosed()
    {
    }
}
