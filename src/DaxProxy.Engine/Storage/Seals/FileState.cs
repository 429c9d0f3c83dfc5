namespace DaxProxy.Engine.Storage.Seals;

/// <summary>What we know of an open file; it stands behind what the usual file system knows of it.</summary>
internal unsafe struct FileState
{
    /// <summary>What was written to a log that its checksums do not fit yet.</summary>
    public LogState Log;

    /// <summary>A handle of what encrypts its pages; 0 where nothing does.</summary>
    public nint Cipher;

    /// <summary>The header of a frame of an encrypted log that SQLite wrote last, as it is on the disk or will be with its page.</summary>
    public fixed byte Header[LogFrame.HeaderBytes];

    /// <summary>Where it belongs.</summary>
    public long HeaderOffset;

    /// <summary>Whether it waits for its page.</summary>
    public bool IsHeaderHeld;

    /// <summary>The frame of an encrypted log that was read last as a whole.</summary>
    public long FrameRead;

    /// <summary>A file that was opened just now.</summary>
    public static FileState New => new() { Log = LogState.New };
}
