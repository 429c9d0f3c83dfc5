using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Writes;

/// <summary>What all writes work on.</summary>
/// <param name="Inner">The backend.</param>
/// <param name="Catalog">The tables.</param>
/// <param name="Cache">The items.</param>
/// <param name="Pages">The pages; null where none are kept.</param>
/// <param name="Finder">Finds places.</param>
/// <param name="Health">Told of faults.</param>
/// <param name="Doubt">How long a write of unknown outcome may still arrive.</param>
internal sealed record WriteContext(
    IDynamoBackend Inner,
    TableCatalog Catalog,
    ItemCache Cache,
    PageInvalidation? Pages,
    KeyFinder Finder,
    CacheHealth Health,
    TimeSpan Doubt)
{
    private int unfencedInFlight;

    /// <summary>The other members of the group; null where there is none.</summary>
    public IPeers? Peers { get; set; }

    /// <summary>What members keep for each other; null for nothing.</summary>
    public ISharedItems? Shared { get; set; }

    /// <summary>Whether writes are under way whose fences are not known.</summary>
    public bool HasUnfenced => Volatile.Read(ref unfencedInFlight) > 0;

    /// <summary>Such a write is about to be sent. <see cref="EndOneUnfenced"/> must follow.</summary>
    public void BeginOneUnfenced() => Interlocked.Increment(ref unfencedInFlight);

    /// <summary>It has ended, and the peers have been told.</summary>
    public void EndOneUnfenced() => Interlocked.Decrement(ref unfencedInFlight);

    /// <summary>How long a write may still arrive and settle: where fences fail, tables are not known for so long.</summary>
    public TimeSpan DoubtAndLag =>
        Doubt + (Inner.ReadLag.Replica > Inner.ReadLag.Index ? Inner.ReadLag.Replica : Inner.ReadLag.Index);

    /// <summary>Something has changed whose fences are not known.</summary>
    public void EndUnfenced(bool isUnknown)
    {
        Cache.Fences.EndUnfenced(isUnknown);
        Pages?.EndUnfenced(isUnknown);
    }

    /// <summary>As <see cref="EndUnfenced"/>; false if the fences failed to take note.</summary>
    public bool TryEndUnfenced(bool isUnknown)
    {
        try
        {
            EndUnfenced(isUnknown);
            return true;
        }
        catch (Exception fault)
        {
            Health.Report(fault);
            return false;
        }
    }
}
