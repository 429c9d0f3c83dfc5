namespace DaxProxy.Capacity;

/// <summary>A load that can be gone through several times, and is the same each time.</summary>
internal abstract class CapacityLoad
{
    /// <summary>What it is, in one line for the reader of the result.</summary>
    public abstract string Description { get; }

    /// <summary>The tables, by their numbers; complete once <see cref="Requests"/> has been gone through.</summary>
    public abstract IReadOnlyList<string> Tables { get; }

    /// <summary>What has to be known of it to judge the result.</summary>
    public abstract IEnumerable<string> Assumptions { get; }

    /// <summary>Its requests in the order of time.</summary>
    /// <param name="reach">Told now and then how much of it has been gone through, 0 to 1.</param>
    public abstract IEnumerable<CapacityRequest> Requests(Action<double> reach);

    /// <summary>A number for a text, always the same.</summary>
    protected static ulong NumberOf(string text, ulong within = 0) =>
        System.IO.Hashing.XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(text), (long)within);
}
