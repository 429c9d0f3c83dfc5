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
    /// <summary>How long a write may still arrive and settle: where fences fail, tables are not known for so long.</summary>
    public TimeSpan DoubtAndLag =>
        Doubt + (Inner.ReadLag.Replica > Inner.ReadLag.Index ? Inner.ReadLag.Replica : Inner.ReadLag.Index);

    /// <summary>Something has changed of which no fence is known.</summary>
    public void EndUnfenced(bool isUnknown)
    {
        Cache.Fences.EndUnfenced(isUnknown);
        Pages?.EndUnfenced(isUnknown);
    }

    /// <summary>As <see cref="EndUnfenced"/>; false if the fences failed to take note.</summary>
    public bool TryEndUnfenced(bool isUnknown) => Health.Shield(
        (context: this, isUnknown),
        static at =>
        {
            at.context.EndUnfenced(at.isUnknown);
            return true;
        },
        false);
}
