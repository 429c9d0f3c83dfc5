using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Dax.Cbor;

/// <summary>Writes CBOR data items in the dialect that every client reads: shortest heads, definite lengths, floats of 64 bits.</summary>
/// <param name="output">Where to.</param>
public sealed class CborWriter(IBufferWriter<byte> output)
{
    private const int Map = 5;
    private const byte Float64 = 0xfb;

    /// <summary>An integer.</summary>
    public void Int(long value) => Head(
        value < 0 ? CborHead.Negative : CborHead.Unsigned, (ulong)(value < 0 ? -1 - value : value));

    /// <summary>Null.</summary>
    public void Null() => Byte(0xf6);

    /// <summary>True or false.</summary>
    public void Bool(bool value) => Byte(value ? (byte)0xf5 : (byte)0xf4);

    /// <summary>A float of 64 bits.</summary>
    public void Double(double value)
    {
        Span<byte> span = output.GetSpan(9);
        span[0] = Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        output.Advance(9);
    }

    /// <summary>A text.</summary>
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

    /// <summary>A string of bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Head(CborHead.Binary, (ulong)bytes.Length);
        output.Write(bytes);
    }

    /// <summary>The head of an array; its elements follow.</summary>
    public void BeginArray(int count) => Head(CborHead.Array, (ulong)count);

    /// <summary>The head of a map; its keys and values follow in turns.</summary>
    public void BeginMap(int pairs) => Head(Map, (ulong)pairs);

    /// <summary>A map whose end is a break: the one client that reads compound keys insists.</summary>
    public void BeginIndefiniteMap() => Byte(0xbf);

    /// <summary>The end of a map that was begun without a count.</summary>
    public void EndIndefiniteMap() => Byte(0xff);

    /// <summary>A tag; what it is about follows.</summary>
    public void Tag(int tag) => Head(CborHead.Tag, (ulong)tag);

    /// <summary>A number of DynamoDB: an integer, a big integer or a decimal fraction.</summary>
    public void Number(Number number) => output.Advance(CborNumber.Write(number, output.GetSpan(CborNumber.MaxBytes)));

    /// <summary>The head of a data item.</summary>
    public void Head(int major, ulong argument) => output.Advance(CborHead.Write(major, argument, output.GetSpan(9)));

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
