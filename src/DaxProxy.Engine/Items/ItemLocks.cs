using System.Collections.Concurrent;
using DaxProxy.Core.Items;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Items;

/// <summary>
/// The items that transactions hold, from the moment a transaction is accepted until it is answered. In DynamoDB no request waits for such
/// an item. The request is refused, and the client retries. The engine does the same, so that a client's retries can be tested.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ItemLocks
{
    private readonly ConcurrentDictionary<(long TableId, ItemKey Key), object> held = new();

    /// <summary>Whether a transaction holds the item.</summary>
    public bool IsHeld(EngineTable table, RowKey row) => !held.IsEmpty && held.ContainsKey((table.Id, new ItemKey(row.Key)));

    /// <summary>Takes an item for an owner; false when another one holds it.</summary>
    public bool TryTake(EngineTable table, RowKey row, object owner) => held.TryAdd((table.Id, new ItemKey(row.Key)), owner);

    /// <summary>Gives an item back, if it is this owner's.</summary>
    public void Release(EngineTable table, RowKey row, object owner) =>
        held.TryRemove(new KeyValuePair<(long, ItemKey), object>((table.Id, new ItemKey(row.Key)), owner));
}
