using System.CommandLine;
using DaxProxy.Bench.Compare;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>The command <c>suite</c>: every figure that there is a target for, in one table.</summary>
internal static class SuiteCommand
{
    private static readonly (string Name, Func<SuiteSettings, Task<IReadOnlyList<SuiteRow>>> RunAsync)[] Sections =
    [
        ("hits", HitRows.RunAsync),
        ("allocations", _ => AllocationRows.RunAsync()),
        ("baselines", BaselineRows.RunAsync),
        ("engine", EngineRows.RunAsync),
        ("encryption", EncryptionRows.RunAsync),
        ("cost", CostRows.RunAsync),
        ("memory", MemoryRows.RunAsync),
        ("growth", GrowthRows.RunAsync),
        ("eviction", EvictionRows.RunAsync),
        ("telemetry", TelemetryRows.RunAsync),
        ("install", InstallRows.RunAsync),
    ];

    public static Command Create()
    {
        Option<string[]> only = new("--only")
        {
            Description = "Sections to run: " + string.Join(", ", Sections.Select(section => section.Name)),
            AllowMultipleArgumentsPerToken = true,
        };
        only.AcceptOnlyFromAmong([.. Sections.Select(section => section.Name)]);
        Option<double> seconds = new("--seconds") { Description = "Seconds of each round", DefaultValueFactory = _ => 1 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each load", DefaultValueFactory = _ => 15 };
        Option<int> items = new("--items") { Description = "Most cached items", DefaultValueFactory = _ => 1_000_000 };
        Option<string> packages =
            new("--packages") { Description = "Folder for the other emulators", DefaultValueFactory = _ => NpmPackages.DefaultFolder };
        Option<FileInfo?> native =
            new("--native") { Description = "Native program that was published before, alone in its folder; published first if left out" };
        Option<FileInfo?> output = new("--out") { Description = "File for the table; the figures as JSON go beside it" };
        Option<double?> slack = new("--slack") { Description = "Fail if a ratio falls short of its target by more than so many times" };
        Command command = new("suite", "Measure everything that there is a target for, and say which are met")
        {
            only,
            seconds,
            rounds,
            items,
            packages,
            native,
            output,
            slack,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
            SuiteSettings settings = new(
                parsed.GetValue(rounds), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(items),
                parsed.GetValue(packages)!, parsed.GetValue(native)?.FullName);
            string[] names = parsed.GetValue(only) is { Length: > 0 } some ? some : [.. Sections.Select(section => section.Name)];
            List<SuiteRow> rows = [];
            foreach ((string name, Func<SuiteSettings, Task<IReadOnlyList<SuiteRow>>> runAsync) in Sections.Where(
                section => names.Contains(section.Name)))
            {
                await Console.Error.WriteLineAsync($"{name} ...").ConfigureAwait(false);
                rows.AddRange(await runAsync(settings).ConfigureAwait(false));

                // All of it takes the better part of an hour; what has been measured is not lost with what has not.
                if (parsed.GetValue(output) is { } file)
                {
                    SuiteReport soFar = new(settings, TimeProvider.System.GetUtcNow(), rows);
                    await File.WriteAllTextAsync(file.FullName, soFar.ToMarkdown(), cancellationToken).ConfigureAwait(false);
                    await File.WriteAllTextAsync(
                        Path.ChangeExtension(file.FullName, ".json"), soFar.ToJson(), cancellationToken).ConfigureAwait(false);
                }
            }

            Console.WriteLine(new SuiteReport(settings, TimeProvider.System.GetUtcNow(), rows).ToMarkdown());
            SuiteRow[] regressions =
                [.. rows.Where(row => parsed.GetValue(slack) is { } times && row.Target?.Holds(row.Figure.Median, times) == false)];
            foreach (SuiteRow row in regressions)
            {
                await Console.Error.WriteLineAsync(
                    $"Far from its target: {row.What}, {row.Figure} {row.Against}; {row.Target}").ConfigureAwait(false);
            }

            return regressions.Length == 0 ? 0 : 1;
        });
        return command;
    }
}
