using System.Diagnostics;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Bench.Checksums;

/// <summary>
/// Two stores that differ in one thing, within one process: durable writes and reads that no cache answers, in turns. Both feel the noise
/// of a machine alike, so the ratio of neighbouring rounds is the figure.
/// </summary>
internal sealed class StorePair : IDisposable
{
    private const int Items = 50_000;

    private readonly string place;
    private readonly LocalBackend one;
    private readonly LocalBackend other;

    private StorePair(string place, LocalBackend one, LocalBackend other) => (this.place, this.one, this.other) = (place, one, other);

    /// <summary>Makes both and fills them.</summary>
    public static async Task<StorePair> OpenAsync(string folder, EngineOptions one, EngineOptions other)
    {
        string place = Path.Combine(folder, $"daxproxy-pair-{Environment.ProcessId}");
        return new StorePair(
            place, await OpenAsync(one with { DataFolder = Path.Combine(place, "one") }),
            await OpenAsync(other with { DataFolder = Path.Combine(place, "other") }));
    }

    /// <summary>Microseconds for each operation of the one and of the other, of each pair of rounds.</summary>
    public async Task<List<(double One, double Other)>> MeasureAsync(bool isWrite, int clients, int rounds, double seconds)
    {
        List<(double, double)> times = [];
        for (int round = 0; round < rounds; round++)
        {
            bool isFirst = round % 2 == 0;
            double first = await MeasureAsync(isFirst ? one : other, clients, isWrite, seconds, round);
            double second = await MeasureAsync(isFirst ? other : one, clients, isWrite, seconds, round);
            times.Add(isFirst ? (first, second) : (second, first));
        }

        return times;
    }

    public void Dispose()
    {
        one.Dispose();
        other.Dispose();
        Directory.Delete(place, recursive: true);
    }

    private static async Task<LocalBackend> OpenAsync(EngineOptions options)
    {
        // Filled without waiting for the disk, measured with.
        using (LocalBackend filling =
            new(options with { SynchronizeEveryCommit = false }, ValidationProfile.October2026, TimeProvider.System))
        {
            await filling.ExecuteAsync(Read("CreateTable", """
                {"TableName":"pair","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}
                """), CancellationToken.None);
            for (int i = 0; i < Items; i += 500)
            {
                await Task.WhenAll(
                    Enumerable.Range(i, 500).Select(key => filling.ExecuteAsync(Put(key, 0), CancellationToken.None).AsTask()));
            }
        }

        return new LocalBackend(options, ValidationProfile.October2026, TimeProvider.System);
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
        Read(
            "PutItem",
            $$"""{ "TableName": "pair", "Item": { "pk": { "S": "{{key}}" }, "v": { "N": "{{value}}" }, "text": { "S": "{{new string('x', 400)}}" } } }""");

    private static Operation Get(int key) => Read("GetItem", $$"""{ "TableName": "pair", "Key": { "pk": { "S": "{{key}}" } } }""");

    private static Operation Read(string verb, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json);
        return JsonRequest.TryRead(
            "DynamoDB_20120810." + verb, body.RootElement, ValidationProfile.October2026, out Operation? operation) is null
            ? operation!
            : throw new InvalidOperationException("A request of this bench is not valid.");
    }
}
