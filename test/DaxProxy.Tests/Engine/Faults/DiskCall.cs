namespace DaxProxy.Tests.Engine.Faults;

/// <summary>What SQLite asks of a disk.</summary>
[Flags]
public enum DiskCall
{
    Read = 1,
    Write = 2,
    Synchronize = 4,
    Truncate = 8,

    /// <summary>A lock on the shared index of the write-ahead log.</summary>
    Lock = 16,
    Any = Read | Write | Synchronize | Truncate | Lock,
}
