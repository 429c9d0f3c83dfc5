using System.Reflection;
using DaxProxy.Core.Caching.Items;

namespace DaxProxy.Conformance.Caching;

/// <summary>
/// Takes the inside of an item cache away for as long as this object lives. A look-up or a store there meets a fault.
/// </summary>
internal sealed class PoisonedCache : IDisposable
{
    private readonly Array shards;
    private readonly Array kept;

    public PoisonedCache(ItemCache cache)
    {
        shards = (Array)Field(Field(cache, "entries"), "shards");
        kept = (Array)shards.Clone();
        Array.Clear(shards);
    }

    public void Dispose() => kept.CopyTo(shards, 0);

    private static object Field(object owner, string name) =>
        owner.GetType().GetField(name, BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(owner)
        ?? throw new MissingFieldException(owner.GetType().Name, name);
}
