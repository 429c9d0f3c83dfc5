using System.CommandLine;
using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>
/// The command <c>dax-soak</c>: readers over DAX for a long time, many idle connections, and names of attributes without end, one after the
/// other, each with a server of its own. Ends with 1 when a reply took too long, a connection was lost, or memory grew.
/// </summary>
internal static class DaxSoakCommand
{
    private const double MB = 1e6;

    public static Command Create()
    {
        Option<double> minutes =
            new("--minutes") { Description = "How long the readers read; 0 leaves them out", DefaultValueFactory = _ => 10 };
        Option<int> readers = new("--readers") { Description = "Parallel readers", DefaultValueFactory = _ => 50 };
        Option<int> idle = new("--idle")
        {
            Description = "Idle connections; needs as many open files for each of two processes",
            DefaultValueFactory = _ => 10_000,
        };
        Option<int> names = new("--names") { Description = "Different names of attributes", DefaultValueFactory = _ => 1_000_000 };
        Option<double> every = new("--every") { Description = "Seconds between two samples", DefaultValueFactory = _ => 2 };
        Command command = new("dax-soak", "Watch the DAX protocol under readers, idle connections and endless names of attributes")
        {
            minutes,
            readers,
            idle,
            names,
            every,
        };
        command.SetAction((parsed, _) => RunAsync(new DaxSoakPlan
        {
            Duration = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Readers = parsed.GetValue(readers),
            Idle = parsed.GetValue(idle),
            Names = parsed.GetValue(names),
            Every = TimeSpan.FromSeconds(parsed.GetValue(every)),
        }));
        return command;
    }

    /// <summary>Writes a line, with the figures of no particular country.</summary>
    public static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Says how what a server occupies moved; false if it grew.</summary>
    public static bool PrintMemory(IReadOnlyList<SoakSample> samples)
    {
        bool isFlat = true;
        Write($"| {samples.Count} samples | first | last | mean of the second half | rise over the second half | flat |");
        Write($"| --- | ---: | ---: | ---: | ---: | --- |");
        foreach ((string name, Func<SoakSample, double> figure) in (ReadOnlySpan<(string, Func<SoakSample, double>)>)
            [("own memory, MB", sample => sample.OwnMemory / MB), ("GC heap, MB", sample => sample.Heap / MB), ("handles", sample =>
                sample.Handles)])
        {
            Trend trend = Trend.Of([.. samples.Select(figure)]);
            Write($"| {name} | {figure(samples[0]):0.0} | {figure(samples[^1]):0.0} | {trend.Level:0.0} | {trend.SecondRise:0.0} | {(trend.IsFlat ? "yes" : "NO")} |");
            isFlat &= trend.IsFlat;
        }

        Write($"");
        return isFlat;
    }

    private static async Task<int> RunAsync(DaxSoakPlan plan)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("dax-soak reads /proc, so it needs Linux.").ConfigureAwait(false);
            return 1;
        }

        Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
        bool isGood = plan.Duration == TimeSpan.Zero || await DaxReaders.RunAsync(plan).ConfigureAwait(false);
        isGood &= plan.Idle == 0 || await DaxIdle.RunAsync(plan).ConfigureAwait(false);
        isGood &= plan.Names == 0 || await DaxNames.RunAsync(plan).ConfigureAwait(false);
        Write($"{(isGood ? "GOOD" : "NOT GOOD")}");
        return isGood ? 0 : 1;
    }
}
