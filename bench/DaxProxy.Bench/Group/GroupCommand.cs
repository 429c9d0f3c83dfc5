using System.CommandLine;
using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Group;

/// <summary>The command <c>group</c>: what a write costs that waits for peers, and what a hit costs in a group.</summary>
internal static class GroupCommand
{
    public static Command Create()
    {
        Option<int[]> peers = new("--peers")
        {
            Description = "Numbers of other members",
            DefaultValueFactory = _ => [1, 4, 10],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<double> seconds = new("--seconds") { Description = "Duration of a round of one load", DefaultValueFactory = _ => 2 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each load", DefaultValueFactory = _ => 5 };
        Command command = new("group", "Measure writes and hits of a proxy in a group beside one that is alone") { peers, seconds, rounds };
        command.SetAction(async (parsed, _) =>
        {
            Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
            TimeSpan duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                {Environment.ProcessorCount} cores, all processes on this machine, a strict group, {parsed.GetValue(rounds)} rounds of {duration.TotalSeconds} s of each load in turns; medians, smallest and largest

                | other members | PutItem alone, p50 µs | in the group | added ms | 32 writers, writes/s alone | in the group | hits/s, in the group / alone |
                | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """));
            foreach (int count in parsed.GetValue(peers)!)
            {
                List<GroupRound> measured = await GroupRun.RunAsync(count, parsed.GetValue(rounds), duration).ConfigureAwait(false);
                Console.WriteLine(Row(count, measured));
            }

            return 0;
        });
        return command;
    }

    private static string Row(int peers, List<GroupRound> rounds)
    {
        double added = Spread.Of(rounds.Select(round => (round.Write.P50 - round.WriteAlone.P50) / 1000)).Median;
        double hits = Spread.Of(rounds.Select(round => round.Hits.RequestsPerSecond / round.HitsAlone.RequestsPerSecond)).Median;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {peers} | {Of(round => round.WriteAlone.P50)} | {Of(round => round.Write.P50)} | {added:0.000} | "
            + $"{Of(round => round.WritesAlone.RequestsPerSecond)} | {Of(round => round.Writes.RequestsPerSecond)} | {hits:0.000} |");

        Spread Of(Func<GroupRound, double> figure) => Spread.Of(rounds.Select(figure));
    }
}
