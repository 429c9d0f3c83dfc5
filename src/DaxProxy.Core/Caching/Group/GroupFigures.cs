namespace DaxProxy.Core.Caching.Group;

/// <summary>What has happened in the group since the process began, as seen by this member.</summary>
public record struct GroupFigures
{
    /// <summary>Messages sent; one may tell of many writes.</summary>
    public long Told { get; set; }

    /// <summary>Messages received.</summary>
    public long Heard { get; set; }

    /// <summary>Times that a message was missed.</summary>
    public long Gaps { get; set; }

    /// <summary>Times that this process joined.</summary>
    public long Stays { get; set; }

    /// <summary>Members that were found to be lost.</summary>
    public long Lapses { get; set; }

    /// <summary>Writes that were told twice, as another member was writing the same item.</summary>
    public long Overlaps { get; set; }

    /// <summary>Misses that were answered by what another member had fetched.</summary>
    public long SharedHits { get; set; }

    /// <summary>Misses that found nothing among the shared items.</summary>
    public long SharedMisses { get; set; }

    /// <summary>Times that Redis did not answer in time for that, or not as it should.</summary>
    public long SharedFaults { get; set; }

    /// <summary>How long writes have waited for the others, all together.</summary>
    public TimeSpan Waited { get; set; }
}
