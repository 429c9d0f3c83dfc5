namespace DaxProxy.Engine.Storage.Seals;

/// <summary>
/// What one connection has written to the log that its checksums do not fit yet. A transaction larger than the cache writes pages to the
/// log before it ends; one that is changed once more is then written over, and the checksums from there on are made again before the
/// commit. Until then only that connection reads there.
/// </summary>
internal struct LogState
{
    /// <summary>Where the page of the last frame header that was written belongs; 0 where it has come.</summary>
    private long announced;

    /// <summary>The first page that was written over; the largest number for none.</summary>
    private long writtenOver;

    /// <summary>Nothing written.</summary>
    public static LogState New => new() { writtenOver = long.MaxValue };

    /// <summary>Whether the frame whose page is here cannot be checked now: SQLite leaves its salts and checksum out.</summary>
    public readonly bool IsUnsettled(long pageOffset) => pageOffset >= writtenOver;

    /// <summary>Notes a write.</summary>
    public void NoteWrite(long offset, int count)
    {
        if (count == LogFrame.HeaderBytes)
        {
            announced = offset + count;

            // Checksums are made again from the first such page on; or its transaction was undone, and another begins before it.
            if (announced <= writtenOver)
            {
                writtenOver = long.MaxValue;
            }
        }
        else if (count == PageSeal.PageBytes)
        {
            if (offset != announced)
            {
                writtenOver = Math.Min(writtenOver, offset);
            }

            // What comes once more to the same place is written over it, also where that was the last frame.
            announced = 0;
        }
    }
}
