using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>
/// One of the arrays that a transaction's parts are spread over: an argument that is an array, or null for nothing in each place.
/// </summary>
internal ref struct Column
{
    public CborReader Reader;
    private readonly bool isAbsent;
    private int count;

    /// <summary>Takes the next argument of a request.</summary>
    public Column(scoped ref CborReader arguments)
    {
        Reader = new CborReader(arguments.ReadItem(out _));
        isAbsent = Reader.TryReadNull();
        count = isAbsent ? 0 : Reader.ReadArray();
    }

    /// <summary>Goes to the next place; false behind the last one.</summary>
    public bool HasNext() => Reader.HasNext(ref count);

    /// <summary>Goes to the next place, which must be there; false if it is null, or the column is.</summary>
    public bool IsGiven()
    {
        if (isAbsent)
        {
            return false;
        }

        return HasNext() ? !Reader.TryReadNull() : throw CborReader.Malformed();
    }

    /// <summary>The bytes in the next place; default for null.</summary>
    public ReadOnlySpan<byte> NextBytes()
    {
        if (!IsGiven())
        {
            return default;
        }

        ReadOnlySpan<byte> bytes = Reader.ReadBytes();
        return bytes.IsEmpty ? throw CborReader.Malformed() : bytes;
    }

    /// <summary>Nothing may be left when the other columns are at their end.</summary>
    public void Close()
    {
        if (!isAbsent && HasNext())
        {
            throw CborReader.Malformed();
        }
    }
}
