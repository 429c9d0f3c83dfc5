using System.CommandLine;
using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Compare;

/// <summary>The command <c>compare</c>: the embedded engine against other emulators that keep their data in files.</summary>
internal static class CompareCommand
{
    private static readonly string[] Operations = ["GetItem", "PutItem"];

    public static Command Create()
    {
        Option<int> connections = new("--connections") { Description = "Connections", DefaultValueFactory = _ => 32 };
        Option<double> seconds = new("--seconds") { Description = "Seconds of each round", DefaultValueFactory = _ => 2 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each server and operation", DefaultValueFactory = _ => 7 };
        Option<int> itemBytes = new("--item-bytes") { Description = "Size of an item", DefaultValueFactory = _ => 400 };
        Option<int> items = new("--items") { Description = "Different items, used in turn", DefaultValueFactory = _ => 1000 };
        Option<string> packages =
            new("--packages") { Description = "Folder for the other emulators", DefaultValueFactory = _ => NpmPackages.DefaultFolder };
        Command command = new("compare", "Measure the engine against dynoxide and dynalite, which are installed from npm")
        {
            connections, seconds, rounds, itemBytes, items, packages,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(packages)!,
            new ComparePlan
            {
                Connections = parsed.GetValue(connections),
                Seconds = parsed.GetValue(seconds),
                Rounds = parsed.GetValue(rounds),
                ItemBytes = parsed.GetValue(itemBytes),
                Items = parsed.GetValue(items),
            }));
        return command;
    }

    private static async Task<int> RunAsync(string packages, ComparePlan plan)
    {
        try
        {
            NpmPackages.Install(packages);
        }
        catch (IOException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return 1;
        }

        Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
        IReadOnlyList<Contender> contenders = Contender.All(packages);
        foreach (string operation in Operations)
        {
            Console.WriteLine((await CompareRun.RunAsync(operation, contenders, plan).ConfigureAwait(false)).ToMarkdown());
        }

        Console.WriteLine("""
            | | fsync per write | acknowledged writes lost by kill -9 | a write acknowledged before a loss of power |
            | --- | ---: | ---: | --- |
            """);
        foreach (Contender contender in contenders)
        {
            DurabilityResult result = await DurabilityTrial.RunAsync(contender).ConfigureAwait(false);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {result.Name} | {result.SynchronisationsPerWrite:0.00} | {result.Lost} of {result.Acknowledged} | {result.AfterPowerLoss} |"));
        }

        return 0;
    }
}
