using System.CommandLine;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Bench.Checksums;

/// <summary>What checksums of pages cost: the times of a store that has them against one that has none.</summary>
internal static class ChecksumsCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Pairs of rounds", DefaultValueFactory = _ => 15 };
        Option<double> seconds = new("--seconds") { Description = "Seconds of a round", DefaultValueFactory = _ => 0.5 };
        Option<string> folder =
            new("--folder") { Description = "Where the stores are made", DefaultValueFactory = _ => Path.GetTempPath() };
        Command command =
            new("checksums", "Cost of page checksums: ratio of rounds with and without, in turns") { rounds, seconds, folder };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(rounds), parsed.GetValue(seconds), parsed.GetValue(folder)!));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, double seconds, string folder)
    {
        using StorePair pair = await StorePair.OpenAsync(folder, new EngineOptions(), new EngineOptions { Checksums = false });
        foreach ((string name, int clients, bool isWrite) in new[] { ("PutItem, 1 client", 1, true), ("PutItem, 32 clients", 32, true),
            ("GetItem, 1 client", 1, false) })
        {
            List<(double With, double Without)> times = await pair.MeasureAsync(isWrite, clients, rounds, seconds);
            double[] ratios = [.. times.Select(time => time.With / time.Without).Order()];
            double without = times.Select(time => time.Without).Order().ElementAt(rounds / 2);
            Console.WriteLine(
                $"{name}: {without:F1} µs each without; with / without {ratios[rounds / 2]:F3} ({ratios[rounds / 4]:F3}–{ratios[rounds * 3 / 4]:F3})");
        }

        return 0;
    }
}
