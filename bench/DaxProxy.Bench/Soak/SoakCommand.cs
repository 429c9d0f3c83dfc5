using System.CommandLine;
using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>
/// The command <c>soak</c>: whether memory, handles or files grow under a load whose data does not. Ends with 1 when one does.
/// </summary>
internal static class SoakCommand
{
    private const int FewestSamples = 8;
    private const int LinesShown = 12;
    private const double MB = 1e6;

    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long", DefaultValueFactory = _ => 10 };
        Option<double> every = new("--every") { Description = "Seconds between two samples", DefaultValueFactory = _ => 2 };
        Option<int> connections = new("--connections") { Description = "Connections", DefaultValueFactory = _ => 16 };
        Option<bool> noCache = new("--no-cache") { Description = "Switch the item cache off" };
        Option<bool> noStream =
            new("--no-stream") { Description = "Make the table without a stream, so that the store must not grow either" };
        Command command = new("soak", "Watch what the proxy occupies under a mixed load on data of a fixed size")
        {
            minutes, every, connections, noCache, noStream,
        };
        command.SetAction((parsed, _) => RunAsync(new SoakPlan
        {
            Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Every = TimeSpan.FromSeconds(parsed.GetValue(every)),
            Connections = parsed.GetValue(connections),
            NoCache = parsed.GetValue(noCache),
            NoStream = parsed.GetValue(noStream),
        }));
        return command;
    }

    private static async Task<int> RunAsync(SoakPlan plan)
    {
        if (!OperatingSystem.IsLinux() || plan.Duration / plan.Every < FewestSamples)
        {
            await Console.Error.WriteLineAsync(
                $"soak reads /proc, so it needs Linux, and time for at least {FewestSamples} samples.").ConfigureAwait(false);
            return 1;
        }

        Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
        return Print(plan, await SoakRun.RunAsync(plan).ConfigureAwait(false)) ? 0 : 1;
    }

    private static bool Print(SoakPlan plan, IReadOnlyList<SoakSample> samples)
    {
        Write($"Mixed load, {plan.Connections} connections, {plan.Duration.TotalMinutes:0.#} minutes, cache {(plan.NoCache ? "off" : "on")}, {(plan.NoStream ? "no stream" : "with a stream")}, {samples.Count} samples, {samples[^1].Requests:#,0} requests");
        Write($"");
        Write($"| minute | requests | own memory, MB | mapped files, MB | GC heap, MB | handles | store, MB | log, MB |");
        Write($"| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (SoakSample sample in samples.Chunk(Math.Max(1, samples.Count / LinesShown)).Select(some => some[^1]))
        {
            Write($"| {sample.Minutes:0.0} | {sample.Requests:#,0} | {sample.OwnMemory / MB:0.0} | {sample.MappedFiles / MB:0.0} | {sample.Heap / MB:0.0} | {sample.Handles} | {sample.Store / MB:0.0} | {sample.Log / MB:0.0} |");
        }

        Write($"");
        Write($"| | mean of the second half | rise over the first half | rise over the second half | flat |");
        Write($"| --- | ---: | ---: | ---: | --- |");
        bool isFlat = Row("own memory, MB", sample => sample.OwnMemory / MB, isJudged: true);
        isFlat &= Row("GC heap, MB", sample => sample.Heap / MB, isJudged: true);
        isFlat &= Row("handles", sample => sample.Handles, isJudged: true);
        isFlat &= Row("log, MB", sample => sample.Log / MB, isJudged: true);
        isFlat &= Row("store, MB", sample => sample.Store / MB, isJudged: plan.NoStream);
        Row("mapped files, MB", sample => sample.MappedFiles / MB, isJudged: false);
        Write($"");
        Write($"{(isFlat ? "Flat" : "NOT FLAT")}: flat means that the straight line fitted to the second half rises by at most {Trend.MaxRise * 100:0} % of the mean, or by {Trend.Noise:0} (MB, handle).");
        return isFlat;

        bool Row(string name, Func<SoakSample, double> figure, bool isJudged)
        {
            Trend trend = Trend.Of([.. samples.Select(figure)]);
            Write($"| {name} | {trend.Level:0.0} | {trend.FirstRise:0.0} | {trend.SecondRise:0.0} | {(isJudged ? trend.IsFlat ? "yes" : "NO" : "not judged")} |");
            return !isJudged || trend.IsFlat;
        }
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
