using DaxProxy.Core.Items;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Caching;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Backups;

/// <summary>States of a table and what changed between two of them, page by page, against a model that keeps every state.</summary>
public sealed class TableHistoryTests
{
    private const long TableId = 7;

    private readonly ManualTime time = new();
    private readonly SortedDictionary<RowKey, int> model = [];
    private readonly List<(long Stamp, Dictionary<RowKey, int> State)> states = [];
    private Database database = null!;
    private SessionPool sessions = null!;
    private ItemHistory history = null!;
    private WriteQueue writes = null!;

    [SetUp]
    public void Open()
    {
        database = Database.Open(new EngineOptions(), TimeProvider.System, out SqliteConnection connection);
        Session writer = new(database, connection);
        sessions = new SessionPool(database, writer, null);
        history = ItemHistory.Load(writer, time);
        history.Show(TableId, isKept: true);
        writes = new WriteQueue(sessions, history);
        model.Clear();
        states.Clear();
    }

    [TearDown]
    public void Close()
    {
        writes.Dispose();
        sessions.Dispose();
        database.Dispose();
    }

    [Test]
    public async Task Pages_OfStatesAndOfChanges_SayWhatTheModelSays([Values(1, 2, 3)] int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 4000; i++)
        {
            // Few keys are changed often, many once; 16 rows share a hash.
            int number = random.Next(2) == 0 ? random.Next(5) : random.Next(1500);
            await ChangeAsync(number, random.Next(4) == 0 ? null : i);
            if (i % 100 == 0)
            {
                states.Add((history.Next(), new(model)));
            }
        }

        for (int i = 0; i < 5; i++)
        {
            int from = random.Next(states.Count - 1), to = random.Next(from, states.Count);
            Assert.That(
                await ReadStateAsync(states[from].Stamp), Is.EqualTo(states[from].State.OrderBy(item => item.Key)), $"state {from}");
            await CompareChangesAsync(from, to);
        }
    }

    [Test]
    public async Task State_ThatIsReadWhileItemsChange_StaysAsItWas()
    {
        for (int i = 0; i < 1800; i++)
        {
            await ChangeAsync(i, i);
        }

        long point = history.Next();
        List<KeyValuePair<RowKey, int>> expected = [.. model], found = [];
        RowKey? after = null;
        Random random = new(4);
        do
        {
            HistoryPage<StateItem> page = await writes.RunAsync(session => TableHistory.ReadState(session, TableId, point, after));
            found.AddRange(page.Rows.Select(Show));
            after = page.Last;
            for (int i = 0; i < 300; i++)
            {
                await ChangeAsync(random.Next(2500), random.Next(3) == 0 ? null : -i);
            }
        }
        while (after is not null);

        Assert.That(found, Is.EqualTo(expected));
    }

    private async Task CompareChangesAsync(int from, int to)
    {
        List<ItemChange> changes = [];
        RowKey? after = null;
        do
        {
            HistoryPage<ItemChange> page = await writes.RunAsync(
                session => TableHistory.ReadChanges(session, TableId, states[from].Stamp, states[to].Stamp, after));
            changes.AddRange(page.Rows);
            after = page.Last;
        }
        while (after is not null);

        Dictionary<RowKey, int> before = states[from].State, then = states[to].State;
        Assert.That(changes.Select(change => change.Row), Is.Ordered.And.Unique);
        foreach (ItemChange change in changes)
        {
            Assert.That(
                change.Old is null ? (int?)null : VersionOf(change.Old),
                Is.EqualTo(before.TryGetValue(change.Row, out int old) ? old : null));
            Assert.That(
                change.New is null ? (int?)null : VersionOf(change.New),
                Is.EqualTo(then.TryGetValue(change.Row, out int updated) ? updated : null));
            Assert.That(change.Stamp, Is.GreaterThan(states[from].Stamp).And.LessThan(states[to].Stamp));
        }

        IEnumerable<RowKey> different = before.Keys.Union(then.Keys)
            .Where(row => !before.TryGetValue(row, out int old) || !then.TryGetValue(row, out int updated) || old != updated);
        Assert.That(different, Is.SubsetOf(changes.Select(change => change.Row)));
    }

    private async Task<List<KeyValuePair<RowKey, int>>> ReadStateAsync(long point)
    {
        List<KeyValuePair<RowKey, int>> found = [];
        RowKey? after = null;
        do
        {
            HistoryPage<StateItem> page = await writes.RunAsync(session => TableHistory.ReadState(session, TableId, point, after));
            found.AddRange(page.Rows.Select(Show));
            after = page.Last;
        }
        while (after is not null);

        return found;
    }

    private async Task ChangeAsync(int number, int? version)
    {
        RowKey row = new(number / 16, [(byte)(number % 16)]);
        await writes.RunInBackgroundAsync(rows =>
        {
            StoredItem? old = rows.Session.FindItem(TableId, row);
            if (version is { } value)
            {
                Item item = Item.FromAttributes(new AttributeMap { ["v"] = AttributeValue.FromString($"{value}") });
                rows.PutItem(TableId, "t", row, old, new StoredItem(item, item.SizeBytes));
            }
            else if (old is not null)
            {
                rows.DeleteItem(TableId, "t", row, old);
            }

            return 0;
        });
        if (version is { } put)
        {
            model[row] = put;
        }
        else
        {
            model.Remove(row);
        }

        time.Advance(0.000001);
    }

    private static KeyValuePair<RowKey, int> Show(StateItem item) => new(item.Row, VersionOf(item.Item));

    private static int VersionOf(StoredItem item) =>
        int.Parse(item.Item.Open()["v"].String, System.Globalization.CultureInfo.InvariantCulture);
}
