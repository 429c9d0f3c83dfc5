namespace DaxProxy.Core.Catalog;

/// <summary>
/// Whether the caches may answer now. A process that is alone may always; a member of a group may while its lease runs, and not a moment
/// longer. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class ServingGate(TimeProvider time)
{
    private const long Never = long.MaxValue;

    private long closesAt = Never;

    /// <summary>Whether it is open.</summary>
    public bool IsOpen
    {
        get
        {
            long end = Volatile.Read(ref closesAt);
            return end == Never || time.GetTimestamp() < end;
        }
    }

    /// <summary>How much longer it is open; null for ever, zero where it is closed.</summary>
    public TimeSpan? Left
    {
        get
        {
            long end = Volatile.Read(ref closesAt), now = time.GetTimestamp();
            return end == Never ? null : now >= end ? TimeSpan.Zero : time.GetElapsedTime(now, end);
        }
    }

    /// <summary>Opens it until a time of the clock (<see cref="TimeProvider.GetTimestamp"/>), or closes it if that has passed.</summary>
    public void OpenUntil(long timestamp) => Volatile.Write(ref closesAt, timestamp);

    /// <summary>Closes it.</summary>
    public void Close() => Volatile.Write(ref closesAt, long.MinValue);
}
