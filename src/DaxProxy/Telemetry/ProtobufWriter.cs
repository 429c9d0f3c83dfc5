using System.Buffers.Binary;
using System.Text;

namespace DaxProxy.Telemetry;

/// <summary>Writes fields of protobuf messages, as far as OpenTelemetry's need them.</summary>
/// <remarks>For one thread. Source: protobuf.dev, "Encoding".</remarks>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, Fixed64 = 1, Delimited = 2;

    /// <summary>A length takes four bytes always, so that it can be filled in behind what it is the length of.</summary>
    private const int LengthBytes = 4;

    private byte[] bytes = new byte[4096];
    private int written;

    /// <summary>What was written so far.</summary>
    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, written);

    /// <summary>Begins a message within the one that is being written; returns what <see cref="End"/> takes.</summary>
    public int Begin(int field)
    {
        Tag(field, Delimited);
        Take(LengthBytes);
        return written;
    }

    /// <summary>Ends the message that began last.</summary>
    public void End(int begin)
    {
        int length = written - begin;
        for (int index = 0; index < LengthBytes; index++)
        {
            bytes[begin - LengthBytes + index] = (byte)((length & 0x7f) | (index < LengthBytes - 1 ? 0x80 : 0));
            length >>= 7;
        }
    }

    /// <summary>A text; nothing for none.</summary>
    public void Text(int field, string? text)
    {
        if (text is not null)
        {
            int begin = Begin(field);
            Encoding.UTF8.GetBytes(text, Take(Encoding.UTF8.GetByteCount(text)));
            End(begin);
        }
    }

    /// <summary>Bytes that are written in hexadecimal digits elsewhere.</summary>
    public void Hex(int field, string digits)
    {
        int begin = Begin(field);
        Convert.FromHexString(digits, Take(digits.Length / 2), out _, out _);
        End(begin);
    }

    /// <summary>A number, a truth or a member of an enumeration.</summary>
    public void Number(int field, long number)
    {
        Tag(field, Varint);
        Write((ulong)number);
    }

    /// <summary>A number of 64 bits, with a sign or without.</summary>
    public void Fixed(int field, long number)
    {
        Tag(field, Fixed64);
        Packed(number);
    }

    /// <summary>A floating-point number.</summary>
    public void Double(int field, double number) => Fixed(field, BitConverter.DoubleToInt64Bits(number));

    /// <summary>One of the numbers of 64 bits that a field holds, between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public void Packed(long number) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), number);

    private void Tag(int field, int type) => Write(((ulong)field << 3) | (uint)type);

    private void Write(ulong number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            Take(1)[0] = (byte)(number | 0x80);
        }

        Take(1)[0] = (byte)number;
    }

    private Span<byte> Take(int length)
    {
        if (bytes.Length - written < length)
        {
            Array.Resize(ref bytes, Math.Max(2 * bytes.Length, written + length));
        }

        written += length;
        return bytes.AsSpan(written - length, length);
    }
}
