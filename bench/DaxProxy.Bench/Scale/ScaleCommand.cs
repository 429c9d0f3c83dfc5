using System.CommandLine;
using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Scale;

/// <summary>The command <c>scale</c>: whether opening a store and reading an item cost more when there are many items.</summary>
internal static class ScaleCommand
{
    private const double OpenTargetSeconds = 2;
    private const double CostTarget = 1.5;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        Option<int> few = new("--few") { Description = "Items of the small table", DefaultValueFactory = _ => 10_000 };
        Option<int> many =
            new("--many") { Description = "Items of the large table, at most ten million", DefaultValueFactory = _ => 10_000_000 };
        Option<int> itemBytes = new("--item-bytes") { Description = "Size of an item", DefaultValueFactory = _ => 100 };
        Option<int> connections = new("--connections") { Description = "Connections", DefaultValueFactory = _ => 32 };
        Option<double> seconds = new("--seconds") { Description = "Seconds of each round", DefaultValueFactory = _ => 2 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each table", DefaultValueFactory = _ => 7 };
        Command command = new("scale", "Compare a table of many items with one of few: opening, and GetItem with the cache off")
        {
            few, many, itemBytes, connections, seconds, rounds,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(few),
            parsed.GetValue(many),
            parsed.GetValue(itemBytes),
            parsed.GetValue(connections),
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(rounds)));
        return command;
    }

    private static async Task<int> RunAsync(int few, int many, int itemBytes, int connections, TimeSpan round, int rounds)
    {
        Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ScaleSubject large = await ScaleSubject.StartAsync(
                Path.Combine(folder, "many"), many, itemBytes, connections).ConfigureAwait(false);
            using ScaleSubject small = await ScaleSubject.StartAsync(
                Path.Combine(folder, "few"), few, itemBytes, connections).ConfigureAwait(false);
            await large.MeasureAsync(WarmUp).ConfigureAwait(false);
            await small.MeasureAsync(WarmUp).ConfigureAwait(false);
            for (int index = 0; index < rounds; index++)
            {
                // Who goes first alternates.
                ScaleSubject[] turns = index % 2 == 0 ? [large, small] : [small, large];
                foreach (ScaleSubject subject in turns)
                {
                    subject.Rounds.Add(await subject.MeasureAsync(round).ConfigureAwait(false));
                }
            }

            Print(large, small, itemBytes, connections, round);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(ScaleSubject large, ScaleSubject small, int itemBytes, int connections, TimeSpan round)
    {
        Write($"GetItem of random items of {itemBytes} bytes, cache off, {connections} connections, {large.Rounds.Count} rounds of {round.TotalSeconds} s each, {Environment.ProcessorCount} cores");
        Write($"");
        Write($"| | {large.Items:#,0} items | {small.Items:#,0} items | ratio |");
        Write($"| --- | ---: | ---: | ---: |");
        Write($"| files, MB | {large.FileBytes / 1e6:#,0} | {small.FileBytes / 1e6:#,0.0} | |");
        Write($"| start to ready, s | {large.Ready.TotalSeconds:0.00} | {small.Ready.TotalSeconds:0.00} | |");
        Write($"| start to the first answer, s | {large.FirstAnswer.TotalSeconds:0.00} | {small.FirstAnswer.TotalSeconds:0.00} | |");
        Row("requests/s", result => result.RequestsPerSecond);
        Row("p50 µs", result => result.P50);
        Row("p99 µs", result => result.P99);
        Row("server CPU µs/request", result => result.ServerMicroseconds);
        double cost = Spread.Of(small.Rounds.Zip(large.Rounds, (few, many) => few.RequestsPerSecond / many.RequestsPerSecond)).Median;
        Write($"");
        Write($"First answer within {OpenTargetSeconds} s: {Met(large.FirstAnswer.TotalSeconds < OpenTargetSeconds)}. Cost of a read {cost:0.00} times (requests/s), at most {CostTarget}: {Met(cost <= CostTarget)}.");

        void Row(string name, Func<LoadResult, double> figure) => Write(
            $"| {name} | {Spread.Of(large.Rounds.Select(figure))} | {Spread.Of(small.Rounds.Select(figure))} | {Spread.Of(large.Rounds.Zip(small.Rounds, (many, few) => figure(many) / figure(few))).Median:0.00} |");
    }

    private static string Met(bool isMet) => isMet ? "met" : "missed";

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
