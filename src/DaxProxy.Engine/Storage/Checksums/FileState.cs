namespace DaxProxy.Engine.Storage.Checksums;

/// <summary>What we know of an open file; it stands behind what the usual file system knows of it.</summary>
internal struct FileState
{
    /// <summary>What was written to a log that its checksums do not fit yet.</summary>
    public LogState Log;

    /// <summary>A handle of what encrypts its pages; 0 where nothing does.</summary>
    public nint Cipher;

    /// <summary>Where in an encrypted log the page belongs whose header was written last.</summary>
    public long AnnouncedOffset;

    /// <summary>The number of that page.</summary>
    public uint AnnouncedPage;

    /// <summary>A file that was opened just now.</summary>
    public static FileState New => new() { Log = LogState.New };
}
