using System.Text.Json.Nodes;
using DaxProxy.Engine.Regions;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Regions;

/// <summary>
/// Three regions write the same items, while what goes from one to another is late, cut off and let go again as a seed says. When all has
/// arrived they have the same items, in the table and in the index, each item as the last writer left it; and the stream of each region
/// tells of its own state.
/// </summary>
public sealed class ConvergenceTests
{
    private const string Table = "Shared";
    private const int SeedsPerRig = 250;
    private const int Keys = 3;

    [TestCase(1, 250)]
    public Task Replicas_AfterAnySchedule_AreAsTheLastWritersLeftThem(int first, int seeds) => RunAsync(first, seeds);

    [Test, Explicit("100 000 seeds: many minutes")]
    public Task Replicas_AfterAHundredThousandSchedules_AreAsTheLastWritersLeftThem() => RunAsync(1_000, 100_000);

    private static async Task RunAsync(int first, int seeds)
    {
        for (int start = first; start < first + seeds; start += SeedsPerRig)
        {
            using RegionsRig rig = new();
            await rig.CreateAsync(RegionsRig.Virginia, Table);
            (string From, string To)[] replicas = [(RegionsRig.Virginia, RegionsRig.Ireland), (RegionsRig.Ireland, RegionsRig.Tokyo)];
            foreach ((string from, string to) in replicas)
            {
                JsonNode answer = await rig.ReplicateAsync(from, Table, to);
                Assert.That(answer["TableDescription"], Is.Not.Null, answer.ToJsonString());
                await rig.PumpAsync();
            }

            // The clock can be set back, but not to before there was a table.
            rig.Time.Now += TimeSpan.FromDays(30);
            TestContext.Progress.WriteLine($"seeds from {start}");
            Dictionary<string, StreamReplay> streams =
                RegionsRig.All.ToDictionary(region => region, region => new StreamReplay(rig, region, Table));
            for (int seed = start; seed < Math.Min(start + SeedsPerRig, first + seeds); seed++)
            {
                Schedule schedule = new(rig, streams, seed);
                try
                {
                    await schedule.RunAsync();
                }
                catch (InvalidOperationException fault)
                {
                    Assert.Fail($"seed {seed}: {fault.Message}\n{schedule}");
                }
            }
        }
    }

    /// <summary>What happens with one seed.</summary>
    private sealed class Schedule(RegionsRig rig, Dictionary<string, StreamReplay> streams, int seed)
    {
        private readonly Random random = new(seed);
        private readonly List<string> steps = [];

        /// <summary>Whether time goes on between writes. If it does not, any region's last write may be the last.</summary>
        private readonly bool isOrderly = seed % 3 != 0;

        private readonly Dictionary<string, string?> last = [];
        private readonly Dictionary<(string Region, string Key), string?> lastOf = [];
        private int values;

        public override string ToString() => string.Join('\n', steps);

        public async Task RunAsync()
        {
            // Another seed may have set the clock back.
            rig.Time.Now = rig.Time.Latest > rig.Time.Now ? rig.Time.Latest : rig.Time.Now;
            int count = random.Next(6, 26);
            for (int step = 0; step < count; step++)
            {
                if (isOrderly)
                {
                    rig.Time.Now += TimeSpan.FromMicroseconds(1);
                }

                await StepAsync(RegionsRig.All[random.Next(3)], $"{seed}-{random.Next(Keys)}");
            }

            Heal();
            await rig.PumpAsync();
            if (rig.Tables.Statuses.FirstOrDefault(status => status.Pending > 0) is { } open)
            {
                throw new InvalidOperationException($"not all has arrived: {open}");
            }

            await CheckAsync();
        }

        private async Task StepAsync(string region, string key)
        {
            int kind = random.Next(100);
            string value = $"{seed}.{++values}";
            string item = $"{{'pk':{{'S':'{key}'}},'g':{{'S':'g{seed}'}},'v':{{'S':'{value}'}}}}";
            string at = $"{region} {key} {value} {rig.Time.Now:HH:mm:ss.ffffff}";
            switch (kind)
            {
                case < 30:
                    await WriteAsync($"put {at}", region, "PutItem", $"{{'TableName':'{Table}','Item':{item}}}", key, value);
                    break;
                case < 40:
                    await WriteAsync(
                        $"update {at}",
                        region,
                        "UpdateItem",
                        $"{{'TableName':'{Table}','Key':{{'pk':{{'S':'{key}'}}}},'UpdateExpression':'SET v = :v, g = :g ADD n :n',"
                        + $"'ExpressionAttributeValues':{{':v':{{'S':'{value}'}},':g':{{'S':'g{seed}'}},':n':{{'N':'1'}}}}}}",
                        key,
                        value);
                    break;
                case < 50:
                    JsonNode deleted = await rig.CallAsync(
                        region, "DeleteItem", $"{{'TableName':'{Table}','Key':{{'pk':{{'S':'{key}'}}}},'ReturnValues':'ALL_OLD'}}");
                    steps.Add($"delete {at}: {deleted["Attributes"] is not null}");
                    if (deleted["Attributes"] is not null)
                    {
                        Note(region, key, null);
                    }

                    break;
                case < 56:
                    await WriteAsync(
                        $"put if absent {at}",
                        region,
                        "PutItem",
                        $"{{'TableName':'{Table}','Item':{item},'ConditionExpression':'attribute_not_exists(pk)'}}",
                        key,
                        value);
                    break;
                case < 60:
                    await WriteAsync(
                        $"transaction {at}",
                        region,
                        "TransactWriteItems",
                        $"{{'TransactItems':[{{'Put':{{'TableName':'{Table}','Item':{item}}}}}]}}",
                        key,
                        value);
                    break;
                case < 78:
                    steps.Add("carry");
                    await rig.PumpAsync();
                    break;
                case < 86:
                    string to = RegionsRig.All[random.Next(3)];
                    bool isCut = random.Next(2) == 0;
                    steps.Add($"cut {region} {to} {isCut}");
                    rig.Tables.Weather.Cut(region, to, isCut);
                    break;
                case < 92:
                    rig.Tables.Weather.Faults = new ReplicationFaults
                    {
                        Delay = TimeSpan.FromMilliseconds(random.Next(3) * 200),
                        Jitter = TimeSpan.FromMilliseconds(random.Next(3) * 500),
                        PartitionShare = random.Next(3) * 0.3,
                        Seed = seed,
                    };
                    steps.Add($"weather {rig.Tables.Weather.Faults}");
                    break;
                case < 99:
                    int milliseconds = random.Next(isOrderly ? 0 : -1500, 2000);
                    steps.Add($"time {milliseconds}");
                    rig.Time.Now += TimeSpan.FromMilliseconds(milliseconds);
                    break;
                default:
                    steps.Add("a day");
                    rig.Time.Now += TimeSpan.FromHours(25);
                    await rig.Tables.TrimAsync(CancellationToken.None);
                    if (!isOrderly)
                    {
                        rig.Time.Now -= TimeSpan.FromHours(random.Next(50));
                    }

                    break;
            }
        }

        private async Task WriteAsync(string name, string region, string operation, string json, string key, string value)
        {
            JsonNode answer = await rig.CallAsync(region, operation, json);
            steps.Add($"{name}: {answer["__type"]?.ToJsonString() ?? "done"}");
            if (answer["__type"] is null)
            {
                Note(region, key, value);
            }
        }

        private void Note(string region, string key, string? value)
        {
            last[key] = value;
            lastOf[(region, key)] = value;
        }

        private void Heal()
        {
            foreach ((string from, string to) in rig.Tables.Weather.Cuts.ToList())
            {
                rig.Tables.Weather.Cut(from, to, isCut: false);
            }

            rig.Tables.Weather.Faults = new ReplicationFaults();
        }

        private async Task CheckAsync()
        {
            List<string> states = [];
            foreach (string region in RegionsRig.All)
            {
                await streams[region].ReadAsync();
                JsonNode page = await rig.CallAsync(
                    region,
                    "Query",
                    $"{{'TableName':'{Table}','IndexName':'byG','KeyConditionExpression':'g = :g',"
                    + $"'ExpressionAttributeValues':{{':g':{{'S':'g{seed}'}}}}}}");
                Demand(page["Items"] is not null, $"{region}: {page.ToJsonString()}");
                SortedDictionary<string, string> indexed = new(StringComparer.Ordinal);
                foreach (JsonNode? found in page["Items"]!.AsArray())
                {
                    indexed.Add((string)found!["pk"]!["S"]!, found.ToJsonString());
                }

                for (int number = 0; number < Keys; number++)
                {
                    string key = $"{seed}-{number}";
                    JsonNode? item = (await rig.CallAsync(
                        region, "GetItem", $"{{'TableName':'{Table}','Key':{{'pk':{{'S':'{key}'}}}},'ConsistentRead':true}}"))["Item"];
                    Demand(item?.ToJsonString() == streams[region].Items.GetValueOrDefault(key), $"{region}: the stream of {key}");
                    Demand(item?.ToJsonString() == indexed.GetValueOrDefault(key), $"{region}: the index entry of {key}");
                    string? value = (string?)item?["v"]?["S"];
                    Demand(
                        isOrderly
                            ? value == last.GetValueOrDefault(key)
                            : last.ContainsKey(key)
                                ? RegionsRig.All.Any(one => lastOf.TryGetValue((one, key), out string? its) && its == value)
                                : value is null,
                        $"{region}: {key} is {value ?? "gone"}");
                }

                states.Add(string.Join(' ', indexed.Values));
            }

            Demand(states.Distinct().Count() == 1, $"the regions differ: {string.Join(" | ", states)}");
        }

        private static void Demand(bool isTrue, string what)
        {
            if (!isTrue)
            {
                throw new InvalidOperationException(what);
            }
        }
    }
}
