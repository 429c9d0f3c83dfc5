using System.Text.Json;
using DaxProxy.Bench.Load;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Streams;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Bench.Scale;

/// <summary>
/// Fills a store with items through the engine's own writes, in large transactions instead of requests. Items come in a few passes, each in
/// the order of the tree: that is fast, and leaves pages split and partly filled as writes in any order leave them.
/// </summary>
internal static class StoreBuilder
{
    private const int Passes = 10;
    private const int ItemsPerTransaction = 20_000;

    /// <summary>Makes the store of a folder.</summary>
    public static async Task BuildAsync(string folder, LoadItems items, int count)
    {
        EngineOptions options = new() { DataFolder = folder, SynchronizeEveryCommit = false };
        using (LocalBackend backend = new(options, ValidationProfile.October2026, TimeProvider.System))
        {
            using JsonDocument request = JsonDocument.Parse(LoadItems.CreateTableBody);
            _ = JsonRequest.TryRead(
                "DynamoDB_20120810.CreateTable", request.RootElement, ValidationProfile.October2026, out Operation? createTable);
            await backend.ExecuteAsync(createTable!, CancellationToken.None).ConfigureAwait(false);
        }

        using Database database = Database.Open(options, TimeProvider.System, out SqliteConnection connection);
        Session session = new(database, connection);
        using SessionPool sessions = new(database, session, null);
        EngineCatalog catalog = EngineCatalog.Load(session, TimeProvider.System);
        ItemWriter writer = new(
            catalog,
            new ChangeRecorder(StreamCatalog.Load(session), TimeProvider.System, options.StreamShardLifetime),
            new Expirations(TimeToLiveCatalog.Load(session)),
            new ItemCollections(long.MaxValue),
            null);
        EngineTable table = catalog.Find(LoadItems.Table)!;
        using WriteQueue writes = new(sessions, ItemHistory.Load(session, TimeProvider.System));
        for (int pass = 0; pass < Passes; pass++)
        {
            foreach (int[] transaction in InTreeOrder(pass, count, items, table).Chunk(ItemsPerTransaction))
            {
                await writes.RunInBackgroundAsync(rows =>
                {
                    foreach (int index in transaction)
                    {
                        AttributeMap attributes = items.AttributesOf(index);
                        StoredItem item = new(Item.FromAttributes(attributes), ItemSize.OnPage(attributes, table.KeySchema.RangeName));
                        writer.Put(rows, table, RowKey.Of(table.KeySchema, attributes), attributes, item, WriteCondition.None);
                    }

                    return transaction.Length;
                }).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Every tenth item, in the order of the hashes.</summary>
    private static int[] InTreeOrder(int pass, int count, LoadItems items, EngineTable table)
    {
        int[] indexes = [.. Enumerable.Range(0, count).Where(index => index % Passes == pass)];
        long[] hashes = [.. indexes.Select(index => RowKey.HashColumn(items.AttributesOf(index)[table.KeySchema.HashName]))];
        Array.Sort(hashes, indexes);
        return indexes;
    }
}
