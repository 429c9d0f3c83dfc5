using System.Buffers;

namespace DaxProxy.Core.Wire.Dax.Cbor;

/// <summary>
/// Finds the end of a number of CBOR data items in bytes that arrive piece by piece, and goes on where it stopped: every byte is looked at
/// once, the content of strings never.
/// </summary>
/// <remarks>
/// Not thread-safe. Keeps a count for each level that is open and nothing else, however long the strings and arrays say they are. Strings
/// of indefinite length are refused, as no client writes them.
/// </remarks>
internal sealed class CborSkipper
{
    /// <summary>
    /// Most levels that may be open. Requests need four, values put their own levels into byte strings; but one client sends the values of
    /// expressions twice, once outside of any string, and those may have 32.
    /// </summary>
    public const int MaxDepth = 64;

    private const long Indefinite = -1;

    private readonly long[] left = new long[MaxDepth];
    private int depth;
    private bool isTagged;

    /// <summary>Where the next head is, or will be: beyond what has arrived while a string is incomplete.</summary>
    public long Position { get; private set; }

    /// <summary>Whole data items so far, counting only the outermost.</summary>
    public int Items { get; private set; }

    /// <summary>Begins again, at the beginning of another buffer.</summary>
    public void Reset()
    {
        Position = 0;
        Items = 0;
        depth = 0;
        isTagged = false;
    }

    /// <summary>Goes on until so many outermost items are whole.</summary>
    /// <param name="buffer">All bytes from the first one, those of earlier calls too.</param>
    /// <param name="items">How many items are wanted.</param>
    /// <param name="maxBytes">Where they must have ended.</param>
    public DaxFraming Skip(in ReadOnlySequence<byte> buffer, int items, long maxBytes)
    {
        if (Items >= items)
        {
            return Finish(buffer, maxBytes);
        }

        if (Position >= buffer.Length)
        {
            return Position >= maxBytes ? DaxFraming.TooLarge : DaxFraming.NeedsMore;
        }

        SequenceReader<byte> reader = new(buffer.Slice(Position));
        while (Items < items)
        {
            if (Position >= maxBytes)
            {
                return DaxFraming.TooLarge;
            }

            DaxFraming outcome = Step(ref reader, maxBytes);
            if (outcome != DaxFraming.Complete)
            {
                return outcome;
            }
        }

        return Finish(buffer, maxBytes);
    }

    private DaxFraming Finish(in ReadOnlySequence<byte> buffer, long maxBytes) =>
        Position > maxBytes ? DaxFraming.TooLarge : Position > buffer.Length ? DaxFraming.NeedsMore : DaxFraming.Complete;

    /// <summary>Reads one head, and steps over what it stands for unless that is more data items.</summary>
    private DaxFraming Step(ref SequenceReader<byte> reader, long maxBytes)
    {
        if (!reader.TryPeek(out byte initial))
        {
            return DaxFraming.NeedsMore;
        }

        int major = initial >> 5;
        int info = initial & 0x1f;
        if (info > 27)
        {
            return info == 31 ? StepIndefinite(ref reader, major) : DaxFraming.Malformed;
        }

        int width = info < 24 ? 0 : 1 << (info - 24);
        if (reader.Remaining <= width)
        {
            return DaxFraming.NeedsMore;
        }

        reader.Advance(1);
        ulong argument = width == 0 ? (ulong)info : ReadArgument(ref reader, width);
        Position += 1 + width;
        switch (major)
        {
            case 2 or 3:
                return SkipString(ref reader, argument, maxBytes);
            case 4 or 5:
                // Each item takes a byte at least: what cannot fit is refused before anything is made of the number.
                return argument > (ulong)(maxBytes - Position) ? DaxFraming.TooLarge : Open((long)argument * (major - 3));
            case 6:
                isTagged = true;
                return DaxFraming.Complete;
            default:
                End();
                return DaxFraming.Complete;
        }
    }

    private static ulong ReadArgument(ref SequenceReader<byte> reader, int width)
    {
        ulong argument = 0;
        for (int i = 0; i < width; i++)
        {
            reader.TryRead(out byte next);
            argument = (argument << 8) | next;
        }

        return argument;
    }

    private DaxFraming SkipString(ref SequenceReader<byte> reader, ulong length, long maxBytes)
    {
        if (length > (ulong)Math.Max(0, maxBytes - Position))
        {
            return DaxFraming.TooLarge;
        }

        Position += (long)length;
        End();
        if (reader.Remaining < (long)length)
        {
            return DaxFraming.NeedsMore;
        }

        reader.Advance((long)length);
        return DaxFraming.Complete;
    }

    private DaxFraming StepIndefinite(ref SequenceReader<byte> reader, int major)
    {
        bool isBreak = major == 7;
        if (isBreak ? isTagged || depth == 0 || left[depth - 1] != Indefinite : major is not (4 or 5))
        {
            return DaxFraming.Malformed;
        }

        reader.Advance(1);
        Position++;
        if (!isBreak)
        {
            return Open(Indefinite);
        }

        depth--;
        End();
        return DaxFraming.Complete;
    }

    private DaxFraming Open(long count)
    {
        isTagged = false;
        if (count == 0)
        {
            End();
            return DaxFraming.Complete;
        }

        if (depth == MaxDepth)
        {
            return DaxFraming.TooDeep;
        }

        left[depth++] = count;
        return DaxFraming.Complete;
    }

    /// <summary>An item is whole, and perhaps it was the last of those around it.</summary>
    private void End()
    {
        isTagged = false;
        for (; depth > 0; depth--)
        {
            if (left[depth - 1] == Indefinite || --left[depth - 1] > 0)
            {
                return;
            }
        }

        Items++;
    }
}
