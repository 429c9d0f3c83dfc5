using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Items;

/// <summary>
/// BatchWriteItem: everything is checked before anything is written. What exceeds the throughput of its table is handed back as
/// unprocessed.
/// </summary>
internal sealed class BatchWriteItemHandler(EngineCatalog catalog, WriteQueue writes, ItemWriter writer, Consumption consumption)
{
    public async Task<Reply> ExecuteAsync(BatchWriteItem request)
    {
        List<Planned> plan = [];
        HashSet<(long, ItemKey)> keys = [];
        foreach (BatchWriteItem.WriteRequest write in request.Writes)
        {
            if (catalog.Find(write.TableName) is not { } table)
            {
                return new ErrorReply(TableFaults.NotFound);
            }

            if (Check(table, write) is { } error)
            {
                return new ErrorReply(error);
            }

            RowKey row = RowKey.Of(table.KeySchema, (write.Item ?? write.Key)!.Value.Value!);
            if (!keys.Add((table.Id, new ItemKey(row.Key))))
            {
                return new ErrorReply(RequestFaults.DuplicateKeys);
            }

            plan.Add(Plan(table, write, row));
        }

        ThroughputGuard? guard = consumption.Guard;
        WriteAccount? account = guard is not null && plan.Exists(planned => guard.IsEnforced(planned.Table.Name))
            ? new WriteAccount(guard)
            : null;
        List<WriteEffect> effects = await writes.RunAsync(
            ClientWrite.Of(request),
            rows => Write(rows, plan, account),
            static effects => effects.ForEach(effect => effect.PublishTotals())).ConfigureAwait(false);
        account?.Settle();
        if (effects.Count == plan.Count)
        {
            foreach ((Planned planned, WriteEffect effect) in plan.Zip(effects))
            {
                if (account is null)
                {
                    guard?.NoteWrite(effect, planned.Row);
                }

                consumption.Contributors.NoteWrite(effect, planned.Row, effect.IsThrottled ? effect.Error : null);
            }
        }

        return effects.Find(effect => effect is { Error: not null, IsThrottled: false })?.Error is { } refusal ? new ErrorReply(refusal)
            : effects is [{ IsThrottled: true }, ..] && effects.TrueForAll(effect => effect.IsThrottled)
                ? new ErrorReply(effects[0].Error!) { Effect = KnownEffect.None }
            : Answer(request, effects);
    }

    private static DynamoError? Check(EngineTable table, BatchWriteItem.WriteRequest write)
    {
        if (write.Key is { Value: { } key })
        {
            return KeyRules.CheckKey(table.KeySchema, key);
        }

        AttributeMap item = write.Item!.Value.Value!;
        foreach ((string name, AttributeType type) in KeyTypes(table.KeySchema))
        {
            // Batches word a wrong key of an item as that of a key.
            if (!item.TryGetValue(name, out AttributeValue? value) || value.Type != type)
            {
                return TableFaults.KeyDoesNotMatch;
            }
        }

        return ItemRules.CheckItem(table, item);
    }

    private static IEnumerable<(string Name, AttributeType Type)> KeyTypes(KeySchema schema)
    {
        yield return (schema.HashName, schema.HashType);
        if (schema.RangeName is not null)
        {
            yield return (schema.RangeName, schema.RangeType);
        }
    }

    private static Planned Plan(EngineTable table, BatchWriteItem.WriteRequest write, RowKey row) => write.Item is { Value: { } item }
        ? new Planned(table, row, item, new StoredItem(Item.FromAttributes(item), ItemSize.OnPage(item, table.KeySchema.RangeName)))
        : new Planned(table, row, write.Key!.Value.Value!, null);

    private List<WriteEffect> Write(ItemRows rows, List<Planned> plan, WriteAccount? account)
    {
        account?.Clear();

        // A table that is gone by now: nothing of the batch is written.
        if (plan.Find(planned => catalog.Current(planned.Table) is null) is { } orphan)
        {
            return [new WriteEffect(orphan.Table) { Error = TableFaults.NotFound }];
        }

        rows.Session.Statement("SAVEPOINT batch").Run();
        List<WriteEffect> effects = plan.ConvertAll(planned => account is null
            ? Write(rows, planned)
            : account.Make(rows, planned.Table, planned.Row, metered => Write(metered, planned)));
        WriteEffect? refused = effects.Find(effect => effect is { Error: not null, IsThrottled: false });
        if (refused is not null)
        {
            // A refusal tells of no write that was made, so none may have been.
            rows.Session.Statement("ROLLBACK TO batch").Run();
            account?.Clear();
            effects = [refused];
        }

        rows.Session.Statement("RELEASE batch").Run();
        return effects;
    }

    private WriteEffect Write(ItemRows rows, Planned planned) => planned.Item is null
        ? writer.Delete(rows, planned.Table, planned.Row, planned.Attributes, WriteCondition.None)
        : writer.Put(rows, planned.Table, planned.Row, planned.Attributes, planned.Item, WriteCondition.None);

    private static BatchWriteItemReply Answer(BatchWriteItem request, List<WriteEffect> effects) => new()
    {
        UnprocessedItems = [.. request.Writes.Where((_, i) => effects[i].IsThrottled)],
        Images = effects.ConvertAll(effect => effect.IsThrottled ? null : effect.Images),
        ItemCollectionMetrics = request.ReturnItemCollectionMetrics ? Collections(effects) : null,
        ConsumedCapacity = request.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE
            ? null
            :
            [
                .. effects.Where(effect => !effect.IsThrottled).GroupBy(effect => effect.Table)
                    .Select(table => Sum(table).Shown(request.ReturnConsumedCapacity)!),
            ],
    };

    /// <summary>The collections that writes touched, by table; null when no table has a local index.</summary>
    public static List<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>>? Collections(List<WriteEffect> effects)
    {
        List<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>> collections =
        [
            .. effects.Where(effect => effect.Table.HasLocalIndex && effect.PartitionKey is not null)
                .GroupBy(effect => effect.Table)
                .Select(table => new KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>(
                    table.Key.Name,
                    [
                        .. table.Select(WriteHandler.CollectionOf).OfType<ItemCollectionMetrics>()
                            .DistinctBy(metrics => AttributeValue.FromMap(metrics.ItemCollectionKey)),
                    ])),
        ];
        return collections.Count == 0 ? null : collections;
    }

    /// <summary>What the writes of one table consumed together.</summary>
    public static ConsumedCapacity Sum(IEnumerable<WriteEffect> table) =>
        ConsumedCapacity.Sum([.. table.Select(effect => effect.ConsumedCapacity)]);

    private sealed record Planned(EngineTable Table, RowKey Row, AttributeMap Attributes, StoredItem? Item);
}
