namespace DaxProxy.Core.Wire.Dax.Cbor;

/// <summary>
/// What looking for the next frame came to. After everything but the first two the connection cannot be read any further.
/// </summary>
public enum DaxFraming
{
    /// <summary>A frame is whole.</summary>
    Complete,

    /// <summary>More bytes are needed; nothing is wrong so far.</summary>
    NeedsMore,

    /// <summary>The connection does not begin as one of the protocol does: close it without an answer.</summary>
    NotDax,

    /// <summary>The bytes are not CBOR, not of the dialect, or not a request.</summary>
    Malformed,

    /// <summary>The request is, or says that it will be, longer than allowed.</summary>
    TooLarge,

    /// <summary>The request is nested deeper than any client nests.</summary>
    TooDeep,

    /// <summary>The method is not known, and so neither is where its request ends.</summary>
    UnknownMethod,
}
