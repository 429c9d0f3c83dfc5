using DaxProxy.Core.Items;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Exports;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Engine.Storage;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Transfers;

/// <summary>What an export reads, in the middle of it.</summary>
public sealed class ExportSourceTests
{
    private const long TableId = 7;
    private const int Items = 250;

    [Test]
    public async Task Log_CanBeEmptied_BetweenAnyTwoPages()
    {
        using StoreFolder store = new();
        Database database = Database.Open(
            new EngineOptions { DataFolder = store.Path, SynchronizeEveryCommit = false }, TimeProvider.System,
            out SqliteConnection connection);
        Session writer = new(database, connection);
        using SessionPool sessions = new(database, writer, null);
        ItemHistory history = ItemHistory.Load(writer, TimeProvider.System);
        history.Show(TableId, isKept: true);
        WriteQueue writes = new(sessions, history);
        await PutAllAsync(writes, "old");
        ExportSources sources = new(sessions, writes, history);
        ExportSource source = await writes.RunAsync(session => sources.Hold(session, TableId, null, history.Next()));

        int found = 0;
        foreach (ItemChange change in source.Read(long.MinValue, long.MaxValue, CancellationToken.None))
        {
            Assert.That(change.New!.Item.Open()["v"].String, Is.EqualTo("old"));
            if (found++ == 0)
            {
                await PutAllAsync(writes, "new");
                Assert.That(store.Read("PRAGMA wal_checkpoint(TRUNCATE)"), Is.EqualTo(new[] { "0" }), "a reader stands in the way");
            }
        }

        Assert.That(found, Is.EqualTo(Items));
        await sources.EndAsync(source);
        Assert.That(store.Read("SELECT count(*) FROM holds"), Is.EqualTo(new[] { "0" }));
        writes.Dispose();
        database.Dispose();
    }

    private static Task<int> PutAllAsync(WriteQueue writes, string version) => writes.RunInBackgroundAsync(rows =>
    {
        Item item = Item.FromAttributes(new AttributeMap { ["v"] = AttributeValue.FromString(version) });
        for (int i = 0; i < Items; i++)
        {
            RowKey row = new(i / 16, [(byte)(i % 16)]);
            rows.PutItem(TableId, "t", row, rows.Session.FindItem(TableId, row), new StoredItem(item, item.SizeBytes));
        }

        return 0;
    });
}
