using System.CommandLine;
using System.Diagnostics;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Micro;

/// <summary>
/// The command <c>overhead</c>: what a cached GetItem costs beyond a constant reply, without the operating system. Both take turns in
/// slices of a few milliseconds, so that a machine with neighbours still gives the difference.
/// </summary>
internal static class OverheadCommand
{
    private const int SliceOperations = 500;

    public static Command Create()
    {
        Option<double> seconds =
            new("--seconds") { Description = "How long to measure, after as long a warm-up", DefaultValueFactory = _ => 5 };
        Command command = new("overhead", "Measure a cached GetItem against a constant reply in this process, without sockets") { seconds };
        command.SetAction(parsed =>
        {
            using WireBenchmarks wire = new();
            TimeSpan duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            Measure(wire, duration);
            List<(double Ours, double Theirs)> slices = Measure(wire, duration);
            Console.WriteLine($"cached GetItem: {Spread.Of(slices.Select(slice => slice.Ours))} ns");
            Console.WriteLine($"constant reply: {Spread.Of(slices.Select(slice => slice.Theirs))} ns");
            Console.WriteLine(
                $"difference: {Spread.Of(slices.Select(slice => slice.Ours - slice.Theirs)).Median:0} ns; of the fastest slices {slices.Min(slice => slice.Ours) - slices.Min(slice => slice.Theirs):0} ns");
        });
        return command;
    }

    private static List<(double Ours, double Theirs)> Measure(WireBenchmarks wire, TimeSpan duration)
    {
        List<(double Ours, double Theirs)> slices = [];
        for (long startedAt = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(startedAt) < duration;)
        {
            slices.Add((Time(wire.CachedGetItem), Time(wire.ConstantReply)));
        }

        return slices;
    }

    private static double Time(Func<int> operation)
    {
        long startedAt = Stopwatch.GetTimestamp();
        for (int index = 0; index < SliceOperations; index++)
        {
            operation();
        }

        return Stopwatch.GetElapsedTime(startedAt).TotalNanoseconds / SliceOperations;
    }
}
