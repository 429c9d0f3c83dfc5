using System.Formats.Cbor;
using System.Net;
using System.Net.Sockets;

namespace DaxProxy.Conformance.Dax;

/// <summary>One connection that speaks the DAX protocol, byte by byte as the public clients do. For one caller at a time.</summary>
internal sealed class DaxTalk : IDisposable
{
    public const int GetItem = 263244906;
    public const int PutItem = -2106490455;
    public const int UpdateItem = 1425579023;
    public const int DeleteItem = 1013539361;
    public const int Query = -931250863;
    public const int Scan = -1875390620;
    public const int BatchGetItem = -697851100;
    public const int TransactGetItems = 1866287579;
    public const int BatchWriteItem = 116217951;
    public const int TransactWriteItems = -1160037738;
    public const int Endpoints = 455855874;
    public const int DefineKeySchema = -742646399;
    public const int DefineAttributeListId = -1230579644;
    public const int DefineAttributeList = 670678385;

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] received = new byte[4096];

    private DaxTalk()
    {
    }

    /// <summary>What each connection begins with.</summary>
    public static byte[] Preamble { get; } = Items(cbor =>
    {
        cbor.WriteTextString("J7yne5G");
        cbor.WriteInt32(0);
        cbor.WriteNull();
        cbor.WriteStartMap(1);
        cbor.WriteTextString("UserAgent");
        cbor.WriteTextString("DaxTalk-1.0");
        cbor.WriteEndMap();
        cbor.WriteInt32(0);
    });

    /// <summary>The socket, for what no client does.</summary>
    public Socket Socket => socket;

    /// <summary>Connects and sends the preamble, which has no answer.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="preamble">Another one than <see cref="Preamble"/>.</param>
    public static async Task<DaxTalk> ConnectAsync(IPEndPoint server, byte[]? preamble = null)
    {
        DaxTalk talk = new();
        await talk.socket.ConnectAsync(server);
        await talk.SendAsync(preamble ?? Preamble);
        return talk;
    }

    /// <summary>Data items one after another.</summary>
    public static byte[] Items(Action<CborWriter> write)
    {
        CborWriter cbor = new(CborConformanceMode.Lax, convertIndefiniteLengthEncodings: false, allowMultipleRootLevelValues: true);
        write(cbor);
        return cbor.Encode();
    }

    /// <summary>A request of a method.</summary>
    public static byte[] Request(int method, Action<CborWriter> arguments) => Items(cbor =>
    {
        cbor.WriteInt32(1);
        cbor.WriteInt32(method);
        arguments(cbor);
    });

    /// <summary>A reader of data items that follow each other.</summary>
    public static CborReader Read(ReadOnlyMemory<byte> items) => new(items, CborConformanceMode.Lax, allowMultipleRootLevelValues: true);

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes)..];
        }
    }

    /// <summary>Sends a request and gives what is behind the status of its answer.</summary>
    /// <exception cref="DaxRefusal">It was refused.</exception>
    public async Task<CborReader> CallAsync(int method, Action<CborWriter> arguments)
    {
        await SendAsync(Request(method, arguments));
        return await ReceiveAsync(method == BatchWriteItem ? 3 : method == BatchGetItem ? 2 : 1);
    }

    /// <summary>Receives one answer.</summary>
    /// <param name="payload">The data items behind its status.</param>
    /// <exception cref="DaxRefusal">It is a refusal.</exception>
    /// <exception cref="EndOfStreamException">The server closed the connection instead.</exception>
    public async Task<CborReader> ReceiveAsync(int payload)
    {
        int length = 0;
        while (true)
        {
            if (length == received.Length)
            {
                Array.Resize(ref received, 2 * length);
            }

            int count = await socket.ReceiveAsync(received.AsMemory(length)).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            length += count > 0 ? count : throw new EndOfStreamException();
            if (IsWhole(received.AsMemory(0, length), payload))
            {
                break;
            }
        }

        CborReader answer = Read(received.AsMemory(0, length).ToArray());
        int? codes = answer.ReadStartArray();
        if (codes == 0)
        {
            answer.ReadEndArray();
            return answer;
        }

        List<int> sequence = [];
        while (answer.PeekState() != CborReaderState.EndArray)
        {
            sequence.Add(answer.ReadInt32());
        }

        answer.ReadEndArray();
        string message = answer.ReadTextString();
        answer.ReadStartArray();
        string id = answer.ReadTextString();
        throw new DaxRefusal(sequence, id, answer.ReadTextString(), message);
    }

    public void Dispose() => socket.Dispose();

    private static bool IsWhole(ReadOnlyMemory<byte> bytes, int payload)
    {
        CborReader reader = Read(bytes);
        try
        {
            int items = reader.PeekState() == CborReaderState.StartArray && bytes.Span[0] != 0x80 ? 3 : 1 + payload;
            for (int item = 0; item < items; item++)
            {
                reader.SkipValue();
            }

            return true;
        }
        catch (Exception incomplete) when (incomplete is CborContentException or InvalidOperationException)
        {
            return false;
        }
    }
}
