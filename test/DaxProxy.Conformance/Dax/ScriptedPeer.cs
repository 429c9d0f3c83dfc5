using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Core.Wire.Dax.Writing;
using DaxProxy.Tests.Load;

namespace DaxProxy.Conformance.Dax;

/// <summary>A node whose answers are what the test says, byte by byte; keeps what it was asked.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    private readonly LoopbackListener listener = new();
    private readonly ConcurrentQueue<int> asked = [];

    public ScriptedPeer() => _ = ServeAsync();

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => listener.EndPoint;

    /// <summary>The answer to a number; one that never ends is that of a peer that hangs.</summary>
    public Func<int, Task<byte[]>> Answer { get; set; } = _ => Task.FromResult(Refusal(DaxFaults.UnknownAttributeList));

    /// <summary>The numbers it was asked for, in their order.</summary>
    public int[] Asked => [.. asked];

    /// <summary>How callers named themselves.</summary>
    public ConcurrentQueue<string?> UserAgents { get; } = [];

    /// <summary>An answer that gives names.</summary>
    public static byte[] Names(params string[] names) =>
        Written(output => DaxServiceCalls.WriteAttributeNames(new AttributeNames(names), output));

    /// <summary>An answer that refuses.</summary>
    public static byte[] Refusal(DynamoError error) => Written(output => DaxAnswer.Of(error, "ITS-OWN").Write([], output));

    /// <summary>Ends it; questions that it has not answered are cut off.</summary>
    public void Dispose() => listener.Dispose();

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private async Task ServeAsync()
    {
        while (await listener.AcceptAsync() is { } socket)
        {
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using NetworkStream stream = new(socket, ownsSocket: true);
        PipeReader input = PipeReader.Create(stream);
        DaxFramer framer = new();
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync();
                ReadOnlySequence<byte> rest = read.Buffer;
                while (framer.TryRead(rest, out DaxFrame frame) == DaxFraming.Complete)
                {
                    byte[] bytes = rest.Slice(0, frame.Bytes).ToArray();
                    rest = rest.Slice(frame.Bytes);
                    if (frame.Method is null)
                    {
                        UserAgents.Enqueue(DaxServiceCalls.ReadUserAgent(bytes));
                    }
                    else if (frame.Method == DaxMethod.DefineAttributeList)
                    {
                        int id = DaxServiceCalls.ReadAttributeListId(bytes)!.Value;
                        asked.Enqueue(id);
                        await stream.WriteAsync(await Answer(id));
                    }
                }

                input.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (IOException)
        {
            // The node has heard enough.
        }
    }
}
