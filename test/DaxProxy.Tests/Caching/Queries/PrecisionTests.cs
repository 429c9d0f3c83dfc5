using System.Globalization;
using DaxProxy.Core.Operations;
using DaxProxy.Tests.Caching.Checker;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching.Queries;

/// <summary>
/// The table of precision: which pages are still cached after a write that did not change their answer. It is printed as docs/caching.md
/// has it.
/// </summary>
[TestFixture]
public sealed class PrecisionTests
{
    private const int Rounds = 8;

    private static readonly string[] Writes =
        ["Put", "Put, new item", "Update", "Update of an index key", "Delete", "BatchWriteItem", "TransactWriteItems",
            "counter, 3 clients"];

    [Test]
    public async Task Pages_WhoseAnswerAWriteDidNotChange_StayCached([Values] bool isRemote)
    {
        Dictionary<string, Dictionary<string, (int Unchanged, int Cached)>> columns = [];
        foreach (string write in Writes)
        {
            using PrecisionRig rig = await PrecisionRig.StartAsync(isRemote);
            for (int round = 0; round < Rounds; round++)
            {
                await WriteAsync(rig, write, round);
                await rig.AskAsync(isCounted: true);
            }

            Assert.That(rig.Wrong, Is.Empty, write);
            columns[write] = rig.Counts;
        }

        TestContext.Out.WriteLine($"| {(isRemote ? "remote" : "embedded")} | {string.Join(" | ", Writes)} |");
        foreach (string page in columns.Values.SelectMany(counts => counts.Keys).Distinct())
        {
            TestContext.Out.WriteLine($"| {page} | {string.Join(" | ", Writes.Select(write => Show(columns[write], page)))} |");
        }

        foreach ((string write, Dictionary<string, (int Unchanged, int Cached)> counts) in columns)
        {
            foreach ((string page, (int unchanged, int cached)) in counts)
            {
                Assert.That(
                    100.0 * cached / unchanged, Is.GreaterThanOrEqualTo(isRemote ? LeastOfRemote(page, write) : 99), $"{page}, {write}");
            }
        }
    }

    [Test]
    public async Task Pages_OfTablesThatAreNotWritten_StayCached_HoweverManyOthersAre()
    {
        using ManyTables tables = await ManyTables.StartAsync();
        for (int write = 0; write < 10; write++)
        {
            for (int table = 0; table < ManyTables.Count / 2; table++)
            {
                await tables.PutAsync(table, write);
            }
        }

        Assert.That(await tables.CountCachedAsync(ManyTables.Count / 2), Is.EqualTo(ManyTables.Count / 2 * ManyTables.Indexes));
    }

    /// <summary>
    /// What cannot be known: where a Scan of the backend meets an item that is new or that its filter may have kept away; and of batches
    /// and transactions, what the item was before, so that the pages that show it go (here one of forty).
    /// </summary>
    private static double LeastOfRemote(string page, string write) => (page, write) switch
    {
        ("Scan" or "Scan, filtered", "Put, new item" or "BatchWriteItem" or "TransactWriteItems") or ("Scan, filtered", "Delete") => 0,
        ("table, projected" or "local index" or "global index", "BatchWriteItem" or "TransactWriteItems") => 97,
        _ => 99,
    };

    private static string Show(Dictionary<string, (int Unchanged, int Cached)> counts, string page) => counts.TryGetValue(
        page, out (int Unchanged, int Cached) count)
        ? (100.0 * count.Cached / count.Unchanged).ToString("0.0", CultureInfo.InvariantCulture)
        : "-";

    private static async Task WriteAsync(PrecisionRig rig, string kind, int round)
    {
        int partition = round * 5 % PrecisionRig.Partitions, sort = round % PrecisionRig.SortKeys,
            other = (partition + 2) % PrecisionRig.Partitions;
        switch (kind)
        {
            case "Put":
                await rig.SendAsync(new PutItem { TableName = "T", Item = PrecisionRig.Row(partition, sort, 1 + round) });
                break;
            case "Put, new item":
                await rig.SendAsync(new PutItem { TableName = "T", Item = PrecisionRig.Row(partition, 100 + round, 1) });
                break;
            case "Update":
                await rig.SendAsync(Set(partition, sort, "v", Values.Number(1 + round)));
                break;
            case "Update of an index key":
                await rig.SendAsync(Set(partition, sort, "g", PrecisionRig.Text("g", (round * 3) + 1)));
                break;
            case "Delete":
                await rig.SendAsync(new DeleteItem { TableName = "T", Key = PrecisionRig.Key(partition, sort) });
                break;
            case "BatchWriteItem":
                await rig.SendAsync(new BatchWriteItem
                {
                    Writes =
                    [
                        new() { TableName = "T", Item = PrecisionRig.Row(partition, sort, 1 + round) },
                        new() { TableName = "T", Item = PrecisionRig.Row(other, sort, 1 + round, (round * 3) + 1) },
                        new() { TableName = "T", Key = PrecisionRig.Key(other, (sort + 1) % PrecisionRig.SortKeys) },
                    ],
                });
                break;
            case "TransactWriteItems":
                await rig.SendAsync(new TransactWriteItems
                {
                    ClientRequestToken = $"round {round}",
                    Actions =
                    [
                        new PutItem { TableName = "T", Item = PrecisionRig.Row(partition, sort, 1 + round) },
                        Set(other, sort, "v", Values.Number(1 + round)),
                        new DeleteItem { TableName = "T", Key = PrecisionRig.Key(other, (sort + 1) % PrecisionRig.SortKeys) },
                    ],
                });
                break;
            default:
                await rig.SendTogetherAsync([.. Enumerable.Range(0, 3).Select(_ => Add(partition, sort))]);
                break;
        }
    }

    private static UpdateItem Set(int partition, int sort, string name, DaxProxy.Core.Items.AttributeValue value) => new()
    {
        TableName = "T",
        Key = PrecisionRig.Key(partition, sort),
        UpdateExpression = $"SET {name} = :x",
        Expressions = new(null, [Values.Bind(":x", value)]),
    };

    private static UpdateItem Add(int partition, int sort) => new()
    {
        TableName = "T",
        Key = PrecisionRig.Key(partition, sort),
        UpdateExpression = "ADD c :one",
        Expressions = new(null, [Values.Bind(":one", Values.Number(1))]),
    };
}
