using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>The same requests over HTTP/2 in clear text, in frames made here, so that those can be damaged, too.</summary>
internal sealed class Http2Fuzz(IPEndPoint server) : FuzzFront(server)
{
    private const int FrameHeadBytes = 9;
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, Acknowledged = 1, EndHeaders = 4;
    private const int MaxPayload = 16_384;

    /// <summary>The static table's entry of the status 500, which Kestrel begins such a head with.</summary>
    private const byte Status500 = 0x8e;

    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    private int nextStream = 1;

    /// <inheritdoc/>
    public override FuzzInput Next(Random random)
    {
        (string target, string json) = RequestGrammar.Next(random);
        byte[] body = Encoding.UTF8.GetBytes(random.Next(2) == 0 ? Mutation.OfJson(random, json) : json);
        body = random.Next(4) == 0 ? Mutation.OfBytes(random, body) : body;
        if (random.Next(8) > 0)
        {
            return new FuzzInput(body, target, false);
        }

        byte[] frames = random.Next(3) switch
        {
            0 => Request(1, target, body),
            1 => [.. Request(1, target, body), .. Odd(random), .. Request(3, target, body)],
            _ => [.. Odd(random), .. Odd(random), .. Request(1, target, body)],
        };
        return new FuzzInput(Mutation.OfBytes(random, frames), "", true);
    }

    /// <inheritdoc/>
    protected override byte[] Begin(FuzzInput input) => [.. Preface, .. input.Bytes];

    /// <inheritdoc/>
    protected override bool IsInternalError(FuzzInput input)
    {
        for (int at = 0; TryRead(at, out byte type, out _, out _, out int length); at += FrameHeadBytes + length)
        {
            if (type == Headers && length > 0 && Answer[at + FrameHeadBytes] == Status500)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    protected override void OnClosed() => nextStream = 1;

    /// <inheritdoc/>
    protected override async Task<FuzzOutcome> CallAsync(FuzzInput input, CancellationToken cancellationToken)
    {
        int stream = nextStream;
        await SendBytesAsync(
            (byte[])[.. Connection is null ? Preface : [], .. Request(stream, input.Target, input.Bytes)], cancellationToken);
        nextStream += 2;
        FuzzOutcome outcome = FuzzOutcome.Served;
        while (true)
        {
            while (!TryRead(0, out _, out _, out _, out _))
            {
                if (!await ReceiveAsync(cancellationToken))
                {
                    Close();
                    return outcome;
                }
            }

            TryRead(0, out byte type, out byte flags, out int of, out int length);
            outcome = type == Headers && of == stream && Answer[FrameHeadBytes] == Status500 ? FuzzOutcome.InternalError : outcome;
            Take(FrameHeadBytes + length);
            byte[] answer = type switch
            {
                Settings when flags != Acknowledged => Frame(Settings, Acknowledged, 0, []),
                Ping when flags != Acknowledged => Frame(Ping, Acknowledged, 0, new byte[8]),
                Data when length > 0 => Window(length),
                _ => [],
            };
            int received = Received;
            if (answer.Length > 0)
            {
                await Connection!.SendAsync(answer, cancellationToken);
            }

            if (type == GoAway)
            {
                Close();
                return outcome;
            }

            if (of == stream && (type == Reset || (type is Data or Headers && (flags & EndStream) != 0)))
            {
                return outcome;
            }
        }
    }

    private static byte[] Window(int length)
    {
        byte[] increment = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(increment, length);
        return Frame(WindowUpdate, 0, 0, increment);
    }

    private static byte[] Odd(Random random)
    {
        byte[] payload = new byte[random.Next(3) == 0 ? random.Next(40) : random.Next(3) == 0 ? 8 : 4];
        random.NextBytes(payload);
        return Frame((byte)random.Next(12), (byte)random.Next(256), random.Next(5), payload);
    }

    private static byte[] Request(int stream, string target, byte[] body)
    {
        List<byte> head = [];
        foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)[
            (":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "localhost"),
            ("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target), ("x-amz-date", "20260101T000000Z"),
            ("authorization", Protocol.HostFixture.Signature)])
        {
            // A literal that is not indexed, with a name of its own and without Huffman's code: RFC 7541 §6.2.2.
            head.Add(0);
            Add(head, name);
            Add(head, value);
        }

        List<byte> frames = [.. Frame(Headers, (byte)(EndHeaders | (body.Length == 0 ? EndStream : 0)), stream, [.. head])];
        for (int at = 0; at < body.Length; at += MaxPayload)
        {
            int length = Math.Min(MaxPayload, body.Length - at);
            frames.AddRange(Frame(Data, at + length == body.Length ? EndStream : (byte)0, stream, body[at..(at + length)]));
        }

        return [.. frames];
    }

    /// <summary>A length in seven bits, or in more than one byte, and the text.</summary>
    private static void Add(List<byte> head, string text)
    {
        int rest = text.Length;
        if (rest < 127)
        {
            head.Add((byte)rest);
        }
        else
        {
            head.Add(127);
            for (rest -= 127; rest >= 128; rest >>= 7)
            {
                head.Add((byte)(rest | 128));
            }

            head.Add((byte)rest);
        }

        head.AddRange(Encoding.Latin1.GetBytes(text));
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame =
            [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 0, .. payload];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        return frame;
    }

    private bool TryRead(int at, out byte type, out byte flags, out int stream, out int length)
    {
        (type, flags, stream, length) = (0, 0, 0, 0);
        if (Received - at < FrameHeadBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> head = Answer[at..];
        length = (head[0] << 16) | (head[1] << 8) | head[2];
        (type, flags, stream) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue);
        return head.Length >= FrameHeadBytes + length;
    }
}
