using System.Globalization;
using System.Text.Json.Nodes;
using DaxProxy.Tests.Engine.Buckets;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Backups;

/// <summary>
/// Random writes against a model that keeps every state: a restore to any time, or an export of it, gives the state that the model had
/// then, and an export of changes what is between two of them.
/// </summary>
public sealed class HistoryModelTests
{
    private const int Keys = 12;
    private const int Steps = 150;
    private const int Restores = 6;
    private const int Exports = 8;
    private const double ShortestSpan = 900;

    [Test]
    public async Task AnyTime_IsRestoredAndExported_AsItWas([Range(1, 8)] int seed, [Values] bool isInFile)
    {
        using StoreFolder store = new();
        using BucketFolder buckets = new();
        Random random = new(seed);
        BackupRig rig = await BackupRig.StartAsync(isInFile ? store.Path : null, buckets);
        try
        {
            SortedDictionary<string, int> model = new(StringComparer.Ordinal);
            List<(double Time, string State)> states = [];
            for (int i = 0; i < Keys; i += 2)
            {
                await WriteAsync(rig, model, i, i);
            }

            await rig.RecoverAsync();
            for (int step = 0; step < Steps; step++)
            {
                states.Add((rig.Now, Show(model)));
                if (random.Next(3) > 0)
                {
                    // Microseconds that a double holds exactly: an end does not belong to its span.
                    rig.Time.Advance(random.Next(1, 60 * 64) / 64.0);
                }

                if (isInFile && random.Next(40) == 0)
                {
                    rig.Dispose();
                    rig = new BackupRig(store.Path, rig.Time, buckets);
                }

                if (random.Next(30) == 0)
                {
                    await CheckExportsAsync(rig, buckets, states, random);
                }

                await ChangeAsync(rig, model, random);
            }

            states.Add((rig.Now, Show(model)));
            for (int i = 0; i < Exports; i++)
            {
                await CheckExportsAsync(rig, buckets, states, random);
            }

            for (int i = 0; i < Restores; i++)
            {
                double time = states[random.Next(states.Count)].Time;
                string expected = At(states, time);
                await rig.RestoreAsync(time, $"at-{i}");
                Assert.That(
                    await rig.ItemsAsync($"at-{i}"), Is.EqualTo(expected), $"seed {seed}, {time - states[0].Time} s after the begin");
            }

            await rig.RestoreAsync((double?)null, "latest");
            Assert.That(await rig.ItemsAsync("latest"), Is.EqualTo(Show(model)));
        }
        finally
        {
            rig.Dispose();
        }
    }

    /// <summary>Exports the state of a random time, and the changes between two of them if there are two that are apart enough.</summary>
    private static async Task CheckExportsAsync(
        BackupRig rig, BucketFolder buckets, List<(double Time, string State)> states, Random random)
    {
        double time = states[random.Next(states.Count)].Time;
        List<JsonNode> items = await rig.ExportAsync(buckets, $"'ExportTime':{BackupRig.Text(time)}");
        IEnumerable<string?> found = items.Select(line => line["Item"]!).OrderBy(
            item => (string)item["pk"]!["S"]!, StringComparer.Ordinal).Select(Show);
        Assert.That(string.Join(' ', found), Is.EqualTo(At(states, time)), $"{time - states[0].Time} s after the begin");

        double[] ends = [.. states.Select(state => state.Time).Where(end => end - states[0].Time >= ShortestSpan)];
        if (ends.Length == 0)
        {
            return;
        }

        double to = ends[random.Next(ends.Length)];
        double[] begins = [.. states.Select(state => state.Time).Where(begin => to - begin >= ShortestSpan)];
        double from = begins[random.Next(begins.Length)];
        List<JsonNode> changes = await rig.ExportAsync(buckets, "'ExportType':'INCREMENTAL_EXPORT','IncrementalExportSpecification':"
            + $"{{'ExportFromTime':{BackupRig.Text(from)},'ExportToTime':{BackupRig.Text(to)}}}");

        // The first state is the one after the changes of its time: what was before them was not kept.
        Dictionary<string, string> before = Parse(from == states[0].Time ? At(states, from) : Before(states, from)), after = new(before);
        foreach (JsonNode change in changes)
        {
            string key = (string)change["Keys"]!["pk"]!["S"]!;
            Assert.That(Show(change["OldImage"]), Is.EqualTo(before.GetValueOrDefault(key)), "each item once, as it was before");
            after.Remove(key);
            if (change["NewImage"] is { } image)
            {
                after.Add(key, Show(image)!);
            }

            Assert.That(change["NewImage"] ?? change["OldImage"], Is.Not.Null);
            double written = double.Parse((string)change["Metadata"]!["WriteTimestampMicros"]!["N"]!, CultureInfo.InvariantCulture);
            Assert.That(written, Is.InRange(Math.Round(from * 1_000_000), Math.Round(to * 1_000_000) - 1));
        }

        Assert.That(after.Values.Order(StringComparer.Ordinal), Is.EqualTo(Parse(Before(states, to)).Values.Order(StringComparer.Ordinal)));
    }

    /// <summary>The state at a time; of the states of one moment the last is the one that counts.</summary>
    private static string At(List<(double Time, string State)> states, double time) => states.Last(state => state.Time <= time).State;

    /// <summary>The state before all changes of a time.</summary>
    private static string Before(List<(double Time, string State)> states, double time) => states.Last(state => state.Time < time).State;

    private static Dictionary<string, string> Parse(string state) =>
        state.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToDictionary(item => item[..item.IndexOf('=', StringComparison.Ordinal)]);

    private static string? Show(JsonNode? item) => item is null ? null : $"{item["pk"]!["S"]}={item["n"]!["N"]}";

    private static string Show(SortedDictionary<string, int> model) => string.Join(' ', model.Select(item => $"{item.Key}={item.Value}"));

    private static async Task WriteAsync(BackupRig rig, SortedDictionary<string, int> model, int key, int n)
    {
        model[$"k{key}"] = n;
        await rig.PutAsync($"k{key}", n);
    }

    private static async Task ChangeAsync(BackupRig rig, SortedDictionary<string, int> model, Random random)
    {
        int key = random.Next(Keys), n = random.Next(1000);
        string name = $"k{key}";
        switch (random.Next(5))
        {
            case 0:
                await WriteAsync(rig, model, key, n);
                break;
            case 1:
                await rig.DeleteAsync(name);
                model.Remove(name);
                break;
            case 2:
                await rig.CallAsync("UpdateItem", $"{{'TableName':'Log','Key':{{'pk':{{'S':'{name}'}}}},'UpdateExpression':'SET n = :n',"
                    + $"'ExpressionAttributeValues':{{':n':{{'N':'{n}'}}}}}}");
                model[name] = n;
                break;
            case 3:
                string other = $"k{(key + 1) % Keys}";
                await rig.CallAsync("TransactWriteItems", "{'TransactItems':["
                    + $"{{'Put':{{'TableName':'Log','Item':{{'pk':{{'S':'{name}'}},'n':{{'N':'{n}'}}}}}}}},"
                    + $"{{'Delete':{{'TableName':'Log','Key':{{'pk':{{'S':'{other}'}}}}}}}}]}}");
                model[name] = n;
                model.Remove(other);
                break;
            default:
                await rig.CallAsync("BatchWriteItem", "{'RequestItems':{'Log':["
                    + $"{{'PutRequest':{{'Item':{{'pk':{{'S':'{name}'}},'n':{{'N':'{n}'}}}}}}}},"
                    + $"{{'DeleteRequest':{{'Key':{{'pk':{{'S':'k{(key + 2) % Keys}'}}}}}}}}]}}}}");
                model[name] = n;
                model.Remove($"k{(key + 2) % Keys}");
                break;
        }
    }
}
