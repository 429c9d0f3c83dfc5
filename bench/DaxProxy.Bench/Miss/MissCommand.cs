using System.CommandLine;
using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Miss;

/// <summary>
/// The command <c>miss</c>: what a read that the cache cannot answer takes longer than the same read sent to the backend itself.
/// </summary>
internal static class MissCommand
{
    private const double TargetMicroseconds = 400;

    public static Command Create()
    {
        Option<int> requests =
            new("--requests") { Description = "Requests of each round, each for another item", DefaultValueFactory = _ => 4000 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each way", DefaultValueFactory = _ => 9 };
        Option<int> itemBytes = new("--item-bytes") { Description = "Size of an item", DefaultValueFactory = _ => 400 };
        Command command =
            new("miss", "Measure what the proxy adds to a read that it has to pass on to a remote backend") { requests, rounds, itemBytes };
        command.SetAction(async (parsed, _) =>
        {
            Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
            MissPlan plan = new()
            {
                Requests = parsed.GetValue(requests),
                Rounds = parsed.GetValue(rounds),
                ItemBytes = parsed.GetValue(itemBytes),
            };
            foreach ((int concurrency, List<MissRound> measured) in await MissRun.RunAsync(plan).ConfigureAwait(false))
            {
                Console.WriteLine(Table(concurrency, measured, plan));
            }

            return 0;
        });
        return command;
    }

    /// <summary>
    /// Differences and ratios are those of paired rounds, because a neighbour that slows a round slows the one beside it, too.
    /// </summary>
    private static string Table(int concurrency, List<MissRound> rounds, MissPlan plan)
    {
        double added = Difference(result => result.P50).Median;
        return string.Create(CultureInfo.InvariantCulture, $"""
            GetItem of items of {plan.ItemBytes} bytes, every one new to the cache, {concurrency} connections, {plan.Rounds} rounds of {plan.Requests} requests, {Environment.ProcessorCount} cores

            | | direct | through the proxy | added | ratio |
            | --- | ---: | ---: | ---: | ---: |
            {Row("p50 µs", result => result.P50)}
            {Row("p99 µs", result => result.P99)}
            {Row("requests/s", result => result.RequestsPerSecond)}

            Added to p50: {added / 1000:0.000} ms{(concurrency == 1 ? $"; target 0.4 ms: {(added <= TargetMicroseconds ? "met" : "missed")}" : "")}

            """);

        string Row(string name, Func<LoadResult, double> figure) => string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {Spread.Of(rounds.Select(round => figure(round.Direct)))} | {Spread.Of(rounds.Select(round => figure(round.Proxied)))} | {Difference(figure)} | {Spread.Of(rounds.Select(round => figure(round.Proxied) / figure(round.Direct))).Median:0.00} |");

        Spread Difference(Func<LoadResult, double> figure) => Spread.Of(
            rounds.Select(round => figure(round.Proxied) - figure(round.Direct)));
    }
}
