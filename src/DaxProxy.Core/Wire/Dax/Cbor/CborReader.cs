using System.Text;
using System.Text.Unicode;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Dax.Cbor;

/// <summary>Reads CBOR data items one after another from bytes that are all there.</summary>
/// <remarks>
/// Lenient as the protocol asks: integers of any width, arrays and maps of definite or indefinite length. What does not fit is a
/// <see cref="FormatException"/>, caught where a request is read as a whole. Nothing is allocated by what a head merely claims: strings are
/// sliced out of what is there.
/// </remarks>
internal ref struct CborReader(ReadOnlySpan<byte> source)
{
    /// <summary>The count of an array or map that ends with a break.</summary>
    public const int Indefinite = -1;

    private const byte Break = 0xff;
    private const byte Null = 0xf6;
    private const int Map = 5;
    private const int MaxIndefinite = 1024;

    private ReadOnlySpan<byte> rest = source;

    /// <summary>What has not been read.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>Whether everything has been read.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>The next head, not read; of an array or map of indefinite length, see <see cref="ReadArray"/>.</summary>
    public readonly CborHead PeekHead() => CborHead.Read(rest);

    /// <summary>The first byte of the next item; 0xff, the break, at the end too.</summary>
    public readonly byte PeekByte() => rest.IsEmpty ? Break : rest[0];

    /// <summary>Steps over a null; false if the next item is something else.</summary>
    public bool TryReadNull()
    {
        if (PeekByte() != Null)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    /// <summary>Reads an integer; false, with nothing read, if the next item is none, or beyond 64 bits.</summary>
    public bool TryReadInt64(out long value)
    {
        value = 0;
        if (PeekByte() >> 5 > CborHead.Negative)
        {
            return false;
        }

        CborHead head = CborHead.Read(rest);
        if (head.Argument > long.MaxValue)
        {
            return false;
        }

        value = head.Major == CborHead.Unsigned ? (long)head.Argument : -1 - (long)head.Argument;
        rest = rest[head.Bytes..];
        return true;
    }

    /// <summary>Reads an integer of 32 bits.</summary>
    public int ReadInt32() => TryReadInt64(out long value) && value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Malformed();

    /// <summary>Reads a boolean, or an integer that stands for one: clients write either.</summary>
    public bool ReadFlag()
    {
        if (PeekByte() is 0xf4 or 0xf5)
        {
            bool flag = rest[0] == 0xf5;
            rest = rest[1..];
            return flag;
        }

        return ReadInt32() != 0;
    }

    /// <summary>Reads a tag; what it tags comes next.</summary>
    public ulong ReadTag()
    {
        CborHead head = CborHead.Read(rest);
        rest = rest[head.Bytes..];
        return head.Major == CborHead.Tag ? head.Argument : throw Malformed();
    }

    /// <summary>Reads a byte string.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadString(CborHead.Binary);

    /// <summary>Reads a byte string; false, with a null read, if there is a null instead.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> bytes)
    {
        bool isThere = !TryReadNull();
        bytes = isThere ? ReadBytes() : default;
        return isThere;
    }

    /// <summary>Reads a text.</summary>
    public string ReadText() => TextOf(ReadString(CborHead.Text));

    /// <summary>Reads a text that is a value, and keeps no more of it than can matter: see <see cref="LongText"/>.</summary>
    public string ReadValueText()
    {
        ReadOnlySpan<byte> utf8 = ReadString(CborHead.Text);
        return Utf8.IsValid(utf8) ? LongText.Of(utf8) : throw Malformed();
    }

    /// <summary>Reads a text, or a byte string that holds one.</summary>
    public string ReadTextOrBytes() => TextOf(ReadString(PeekByte() >> 5 == CborHead.Text ? CborHead.Text : CborHead.Binary));

    /// <summary>Reads the head of an array: how many items follow, or <see cref="Indefinite"/>.</summary>
    public int ReadArray() => ReadCount(CborHead.Array, 1);

    /// <summary>Reads the head of a map: how many pairs follow, or <see cref="Indefinite"/>.</summary>
    public int ReadMap() => ReadCount(Map, 2);

    /// <summary>
    /// Whether another element of an array or map follows: counts down, or looks for the break and steps over it. Call it once before each.
    /// </summary>
    public bool HasNext(ref int count)
    {
        if (count >= 0)
        {
            return count-- > 0;
        }

        if (rest.IsEmpty)
        {
            throw Malformed();
        }

        if (rest[0] != Break)
        {
            return true;
        }

        rest = rest[1..];
        return false;
    }

    /// <summary>Reads a number of any spelling; the fault says why it is no DynamoDB number.</summary>
    public NumberFault ReadNumber(out Number number)
    {
        NumberFault fault = CborNumber.Read(rest, out int bytesRead, out number);
        rest = rest[bytesRead..];
        return fault;
    }

    /// <summary>Steps over one item of any kind and gives its bytes.</summary>
    /// <param name="items">How many data items it consists of, itself included.</param>
    public ReadOnlySpan<byte> ReadItem(out int items)
    {
        ReadOnlySpan<byte> from = rest;
        items = SkipItem();
        return from[..^rest.Length];
    }

    /// <summary>Steps over one item of any kind.</summary>
    public void Skip() => SkipItem();

    /// <summary>The text of UTF-8 bytes.</summary>
    public static string TextOf(ReadOnlySpan<byte> utf8) => Utf8.IsValid(utf8) ? Encoding.UTF8.GetString(utf8) : throw Malformed();

    /// <summary>What reading throws.</summary>
    public static FormatException Malformed() => new("Not what a DAX client sends here.");

    private ReadOnlySpan<byte> ReadString(int major)
    {
        CborHead head = CborHead.Read(rest);
        if (head.Major != major || head.Argument > (ulong)(rest.Length - head.Bytes))
        {
            throw Malformed();
        }

        ReadOnlySpan<byte> content = rest.Slice(head.Bytes, (int)head.Argument);
        rest = rest[(head.Bytes + content.Length)..];
        return content;
    }

    private int ReadCount(int major, int itemsEach)
    {
        if (PeekByte() == ((major << 5) | 31))
        {
            rest = rest[1..];
            return Indefinite;
        }

        CborHead head = CborHead.Read(rest);
        rest = rest[head.Bytes..];
        return head.Major == major && head.Argument <= (ulong)(rest.Length / itemsEach) ? (int)head.Argument : throw Malformed();
    }

    /// <summary>
    /// Counts what is still to come instead of going down: trees may be hundreds of levels deep. Only where an indefinite length ends has
    /// to be remembered.
    /// </summary>
    private int SkipItem()
    {
        const long UntilBreak = -1;
        Stack<long>? outer = null;
        long left = 1;
        int items = 0;
        while (true)
        {
            if (left == 0)
            {
                if (outer is not { Count: > 0 })
                {
                    return items;
                }

                left = outer.Pop();
                continue;
            }

            if (!rest.IsEmpty && rest[0] == Break)
            {
                left = left == UntilBreak ? outer!.Pop() : throw Malformed();
                rest = rest[1..];
                continue;
            }

            items++;
            left -= left == UntilBreak ? 0 : 1;
            long inner = SkipHead();
            if (inner == Indefinite || (inner > 0 && left == UntilBreak))
            {
                outer ??= new();
                outer.Push(outer.Count < MaxIndefinite ? left : throw Malformed());
                left = inner;
            }
            else
            {
                left += inner;
            }
        }
    }

    /// <summary>Steps over a head, or a whole string, and says how many items belong to it.</summary>
    private long SkipHead()
    {
        int major = PeekByte() >> 5;
        switch (major)
        {
            case CborHead.Binary or CborHead.Text:
                ReadString(major);
                return 0;
            case CborHead.Array:
                return ReadArray();
            case Map:
                int pairs = ReadMap();
                return pairs == Indefinite ? Indefinite : 2L * pairs;
            default:
                rest = rest[CborHead.Read(rest).Bytes..];
                return major == CborHead.Tag ? 1 : 0;
        }
    }
}
