using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Bench.Checksums;

/// <summary>
/// What checksums of pages cost: durable writes and reads that no cache answers, of two stores that differ in nothing else, in turns within
/// one process. The figure is the ratio of neighbouring rounds; both stores feel the noise of a machine alike.
/// </summary>
internal static class ChecksumsCommand
{
    private const int Items = 50_000;

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Pairs of rounds", DefaultValueFactory = _ => 15 };
        Option<double> seconds = new("--seconds") { Description = "Seconds of a round", DefaultValueFactory = _ => 0.5 };
        Option<string> folder = new("--folder") { Description = "Where the stores are made", DefaultValueFactory = _ => Path.GetTempPath() };
        Command command = new("checksums", "Cost of page checksums: ratio of rounds with and without, in turns") { rounds, seconds, folder };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(folder)!));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, double seconds, string folder)
    {
        string place = Path.Combine(folder, $"daxproxy-checksums-{Environment.ProcessId}");
        try
        {
            using LocalBackend with = await OpenAsync(Path.Combine(place, "with"), true);
            using LocalBackend without = await OpenAsync(Path.Combine(place, "without"), false);
            foreach ((string name, int clients, bool isWrite) in new[] { ("PutItem, 1 client", 1, true), ("PutItem, 32 clients", 32, true), ("GetItem, 1 client", 1, false) })
            {
                List<double> ratios = [], times = [];
                for (int round = 0; round < rounds; round++)
                {
                    bool isFirst = round % 2 == 0;
                    double first = await MeasureAsync(isFirst ? with : without, clients, isWrite, seconds, round);
                    double second = await MeasureAsync(isFirst ? without : with, clients, isWrite, seconds, round);
                    (double on, double off) = isFirst ? (first, second) : (second, first);
                    ratios.Add(on / off);
                    times.Add(off);
                }

                ratios.Sort();
                times.Sort();
                Console.WriteLine($"{name}: {times[rounds / 2]:F1} µs each without; with / without {ratios[rounds / 2]:F3} ({ratios[rounds / 4]:F3}–{ratios[rounds * 3 / 4]:F3})");
            }

            return 0;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static async Task<LocalBackend> OpenAsync(string folder, bool hasChecksums)
    {
        // Filled without waiting for the disk, measured with.
        EngineOptions options = new() { DataFolder = folder, Checksums = hasChecksums, SynchronizeEveryCommit = false };
        using (LocalBackend filling = new(options, ValidationProfile.October2026, TimeProvider.System))
        {
            await filling.ExecuteAsync(Read("CreateTable", """
                {"TableName":"t","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}
                """), CancellationToken.None);
            for (int i = 0; i < Items; i += 500)
            {
                await Task.WhenAll(Enumerable.Range(i, 500).Select(key => filling.ExecuteAsync(Put(key, 0), CancellationToken.None).AsTask()));
            }
        }

        return new LocalBackend(options with { SynchronizeEveryCommit = true }, ValidationProfile.October2026, TimeProvider.System);
    }

    /// <summary>Microseconds for each operation.</summary>
    private static async Task<double> MeasureAsync(LocalBackend backend, int clients, bool isWrite, double seconds, int seed)
    {
        long until = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency), begin = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            Random random = new((seed * 100) + client);
            int count = 0;
            for (; Stopwatch.GetTimestamp() < until; count++)
            {
                int key = random.Next(Items);
                await backend.ExecuteAsync(isWrite ? Put(key, count) : Get(key), CancellationToken.None);
            }

            return count;
        })));
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / counts.Sum();
    }

    private static Operation Put(int key, int value) =>
        Read("PutItem", $$"""{ "TableName": "t", "Item": { "pk": { "S": "{{key}}" }, "v": { "N": "{{value}}" }, "text": { "S": "{{new string('x', 400)}}" } } }""");

    private static Operation Get(int key) => Read("GetItem", $$"""{ "TableName": "t", "Key": { "pk": { "S": "{{key}}" } } }""");

    private static Operation Read(string verb, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json);
        return JsonRequest.TryRead("DynamoDB_20120810." + verb, body.RootElement, ValidationProfile.October2026, out Operation? operation) is null
            ? operation!
            : throw new InvalidOperationException("A request of this bench is not valid.");
    }
}
