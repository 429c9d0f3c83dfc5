using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Indexes;
using DaxProxy.Engine.Replication;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Streams;

namespace DaxProxy.Engine.Items;

/// <summary>
/// The writes of single items, inside a change of the write queue: read the old item, test the condition, make the new item, keep indexes,
/// expirations and streams in step. Every kind of write, alone or in a batch, comes through here.
/// </summary>
internal sealed class ItemWriter(
    EngineCatalog catalog, ChangeRecorder changes, Expirations expirations, ItemCollections collections, ReplicationLog? replication)
{
    /// <summary>Puts an item that fits the table.</summary>
    public WriteEffect Put(
        ItemRows rows, EngineTable table, RowKey row, AttributeMap attributes, StoredItem item, WriteCondition condition) =>
        Put(rows, table, catalog.Current(table), row, attributes, item, condition);

    /// <summary>Puts an item that fits the table into one that is being made of such items.</summary>
    public WriteEffect Import(ItemRows rows, EngineTable table, RowKey row, AttributeMap attributes, StoredItem item) =>
        Put(rows, table, catalog.CurrentOrMade(table), row, attributes, item, WriteCondition.None);

    private WriteEffect Put(
        ItemRows rows, EngineTable table, EngineTable? current, RowKey row, AttributeMap attributes, StoredItem item,
        WriteCondition condition)
    {
        DynamoError? error = TryBegin(
                rows.Session, current, ref table, row, condition, out StoredItem? old, out AttributeMap? oldAttributes)
            ?? collections.CheckRoom(rows.Session, table, row, old, item);
        if (error is not null)
        {
            return Refused(table, error, old);
        }

        WriteEffect effect = new(table) { Old = old, New = item, PartitionKey = attributes[table.KeySchema.HashName] };
        rows.PutItem(table.Id, table.Name, row, old, item);
        Finish(rows, row, oldAttributes, attributes, effect);
        return effect;
    }

    /// <summary>Writes an item of a table that is being restored, which nothing else writes to.</summary>
    public WriteEffect Restore(ItemRows rows, EngineTable table, RowKey row, StoredItem item)
    {
        WriteEffect effect = new(table) { New = item };
        rows.PutItem(table.Id, table.Name, row, null, item);
        Finish(rows, row, null, item.Item.Open(), effect);
        return effect;
    }

    /// <summary>
    /// Writes what an item has become in another region: as any write, but that it is not sent on to others.
    /// </summary>
    /// <param name="rows">The rows to change.</param>
    /// <param name="table">The table as it is now.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="item">The item; null where it is gone.</param>
    public WriteEffect Replicate(ItemRows rows, EngineTable table, RowKey row, StoredItem? item)
    {
        StoredItem? old = rows.Session.FindItem(table.Id, row);
        AttributeMap? oldAttributes = table.HasIndex ? old?.Item.Open() : null;
        WriteEffect effect = new(table) { Old = old, New = item };
        if (item is not null)
        {
            rows.PutItem(table.Id, table.Name, row, old, item);
        }
        else if (old is not null)
        {
            rows.DeleteItem(table.Id, table.Name, row, old);
        }

        if (item is not null || old is not null)
        {
            Finish(rows, row, oldAttributes, item?.Item.Open(), effect, isReplicated: true);
        }

        return effect;
    }

    /// <summary>Deletes an item, if there is one.</summary>
    public WriteEffect Delete(ItemRows rows, EngineTable table, RowKey row, AttributeMap key, WriteCondition condition) =>
        Delete(rows, table, row, key, condition, isExpiration: false);

    /// <summary>Deletes an item because its time to live has ended, if there is one.</summary>
    public WriteEffect Expire(ItemRows rows, EngineTable table, RowKey row) =>
        Delete(rows, table, row, null, WriteCondition.None, isExpiration: true);

    /// <summary>Tests a condition and writes nothing.</summary>
    public WriteEffect Check(ItemRows rows, EngineTable table, RowKey row, WriteCondition condition)
    {
        DynamoError? error = TryBegin(rows.Session, catalog.Current(table), ref table, row, condition, out StoredItem? old, out _);
        return error is null ? new WriteEffect(table) { Old = old, New = old } : Refused(table, error, old);
    }

    /// <summary>Updates an item, or creates it.</summary>
    /// <param name="rows">The rows to change.</param>
    /// <param name="table">The table.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="key">Its key attributes.</param>
    /// <param name="update">The update; null creates an item of its key alone.</param>
    /// <param name="condition">What must hold.</param>
    public WriteEffect Update(
        ItemRows rows, EngineTable table, RowKey row, AttributeMap key, UpdateExpression? update, WriteCondition condition)
    {
        DynamoError? error = TryBegin(
            rows.Session, catalog.Current(table), ref table, row, condition, out StoredItem? old, out AttributeMap? oldAttributes);
        if (error is not null)
        {
            return Refused(table, error, old);
        }

        oldAttributes ??= old?.Item.Open();
        AttributeMap? updated = oldAttributes ?? key;
        error = update?.TryApply(oldAttributes, key, out updated);
        if (error is null && updated is null)
        {
            WriteEffect nothing = new(table) { PartitionKey = key[table.KeySchema.HashName] };
            ItemCollections.Count(rows.Session, row, nothing);
            return nothing;
        }

        error ??= ItemRules.CheckUpdatedItem(table, oldAttributes, updated!)
            ?? (ItemSize.Of(updated!) > ItemSize.MaxItemBytes ? RequestFaults.UpdatedItemTooLarge : null);
        if (error is not null)
        {
            return new WriteEffect(table) { Error = error };
        }

        StoredItem item = new(Item.FromAttributes(updated!), ItemSize.OnPage(updated!, table.KeySchema.RangeName));
        if (collections.CheckRoom(rows.Session, table, row, old, item) is { } full)
        {
            return new WriteEffect(table) { Error = full };
        }

        WriteEffect effect = new(table) { Old = old, New = item, PartitionKey = key[table.KeySchema.HashName] };
        rows.PutItem(table.Id, table.Name, row, old, item);
        Finish(rows, row, oldAttributes, updated, effect);
        return effect;
    }

    private WriteEffect Delete(
        ItemRows rows, EngineTable table, RowKey row, AttributeMap? key, WriteCondition condition, bool isExpiration)
    {
        DynamoError? error = TryBegin(
            rows.Session, catalog.Current(table), ref table, row, condition, out StoredItem? old, out AttributeMap? oldAttributes);
        if (error is not null)
        {
            return Refused(table, error, old);
        }

        WriteEffect effect = new(table) { Old = old, PartitionKey = key?[table.KeySchema.HashName] };
        if (old is null)
        {
            ItemCollections.Count(rows.Session, row, effect);
        }
        else
        {
            rows.DeleteItem(table.Id, table.Name, row, old);
            Finish(rows, row, oldAttributes, null, effect, isExpiration);
        }

        return effect;
    }

    /// <summary>A refusal, with the item that a condition was tested on: it is what that costs.</summary>
    private static WriteEffect Refused(EngineTable table, DynamoError error, StoredItem? item) =>
        new(table) { Error = error, Old = item, New = item };

    private DynamoError? TryBegin(
        Session session, EngineTable? current, ref EngineTable table, RowKey row, WriteCondition condition, out StoredItem? old,
        out AttributeMap? oldAttributes)
    {
        old = null;
        oldAttributes = null;
        if (current is null)
        {
            return TableFaults.NotFound;
        }

        table = current;
        old = session.FindItem(table.Id, row);
        if (old is not null && (condition.Expression is not null || table.HasIndex))
        {
            oldAttributes = old.Item.Open();
        }

        return condition.Expression is null || condition.Expression.Matches(oldAttributes)
            ? null
            : TableFaults.ConditionFailed with { Item = condition.ReturnItemOnFailure ? old?.Item : null };
    }

    private void Finish(
        ItemRows rows,
        RowKey row,
        AttributeMap? old,
        AttributeMap? updated,
        WriteEffect effect,
        bool isExpiration = false,
        bool isReplicated = false)
    {
        IndexMaintenance.Apply(rows, effect.Table, row, old, updated, effect);
        effect.StoreTotals(rows.Session);
        ItemCollections.Count(rows.Session, row, effect);
        expirations.Note(rows.Session, effect.Table.Id, row, updated);
        changes.Record(rows.Session, row, effect, isExpiration);
        if (!isReplicated)
        {
            replication?.Note(rows.Session, row, effect);
        }
    }
}
