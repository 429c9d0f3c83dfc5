using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Dax.Cbor;

/// <summary>Writes CBOR data items in the dialect that every client reads: shortest heads, definite lengths, floats of 64 bits.</summary>
public sealed class CborWriter(IBufferWriter<byte> output)
{
    private const int Map = 5;
    private const byte Float64 = 0xfb;

    public void Int(long value) => Head(
        value < 0 ? CborHead.Negative : CborHead.Unsigned, (ulong)(value < 0 ? -1 - value : value));

    public void Null() => Byte(0xf6);

    public void Bool(bool value) => Byte(value ? (byte)0xf5 : (byte)0xf4);

    public void Double(double value)
    {
        Span<byte> span = output.GetSpan(9);
        span[0] = Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        output.Advance(9);
    }

    public void Text(string text)
    {
        int bytes = Encoding.UTF8.GetByteCount(text);
        Head(CborHead.Text, (ulong)bytes);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(bytes)));
    }

    /// <summary>A text that is in UTF-8 already.</summary>
    public void Utf8(ReadOnlySpan<byte> text)
    {
        Head(CborHead.Text, (ulong)text.Length);
        output.Write(text);
    }

    /// <summary>A text, or null for none.</summary>
    public void OptionalText(string? text)
    {
        if (text is null)
        {
            Null();
        }
        else
        {
            Text(text);
        }
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Head(CborHead.Binary, (ulong)bytes.Length);
        output.Write(bytes);
    }

    public void BeginArray(int count) => Head(CborHead.Array, (ulong)count);

    public void BeginMap(int pairs) => Head(Map, (ulong)pairs);

    /// <summary>A map whose end is a break: the one client that reads compound keys insists.</summary>
    public void BeginIndefiniteMap() => Byte(0xbf);

    public void EndIndefiniteMap() => Byte(0xff);

    public void Tag(int tag) => Head(CborHead.Tag, (ulong)tag);

    public void Number(Number number) => output.Advance(CborNumber.Write(number, output.GetSpan(CborNumber.MaxBytes)));

    public void Head(int major, ulong argument) => output.Advance(CborHead.Write(major, argument, output.GetSpan(9)));

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
