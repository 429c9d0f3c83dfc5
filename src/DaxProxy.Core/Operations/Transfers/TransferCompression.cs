namespace DaxProxy.Core.Operations.Transfers;

/// <summary>How objects that are read are compressed. Names are the service's.</summary>
public enum TransferCompression
{
    /// <summary>Not at all.</summary>
    NONE,

    /// <summary>By gzip.</summary>
    GZIP,

    /// <summary>By Zstandard.</summary>
    ZSTD,
}
