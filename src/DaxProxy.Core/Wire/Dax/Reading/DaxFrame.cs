using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>What stands whole at the beginning of what a client has sent.</summary>
/// <param name="Method">The method of a request; null for the preamble, with which each connection begins.</param>
/// <param name="Bytes">Length, from the first byte of the buffer.</param>
public readonly record struct DaxFrame(DaxMethod? Method, long Bytes)
{
    /// <summary>What stands behind the method in the bytes of a whole request.</summary>
    internal static CborReader ArgumentsOf(ReadOnlySpan<byte> frame)
    {
        CborReader reader = new(frame);
        reader.Skip();
        reader.Skip();
        return reader;
    }
}
