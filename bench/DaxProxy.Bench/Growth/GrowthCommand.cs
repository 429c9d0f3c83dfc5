using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace DaxProxy.Bench.Growth;

/// <summary>The command <c>growth</c>: what a request costs in this process, from its JSON to its reply, by how much is cached.</summary>
/// <remarks>The sizes take turns in slices of a few milliseconds, so that a machine with neighbours still gives the ratio.</remarks>
internal static class GrowthCommand
{
    private const int SliceOperations = 300;

    public static Command Create()
    {
        Option<double> seconds = new("--seconds") { Description = "How long to measure each row, after half as long a warm-up", DefaultValueFactory = _ => 6 };
        Command command = new("growth", "Measure writes beside ever more cached queries, and hits among ever more cached entries") { seconds };
        command.SetAction(parsed =>
        {
            TimeSpan duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            Console.WriteLine("| request | cached | ns, median | of the smallest |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            Print("PutItem, table with two indexes", [0, 10_000, 1_000_000], count => GrowthRig.OfQueries(count, rig => rig.NextPut), duration);
            Print("Query hit, any of them", [1000, 100_000, 1_000_000], count => GrowthRig.OfQueries(count, rig => rig.RandomQuery(count)), duration);
            Print("Query hit, 1,000 of them", [1000, 100_000, 1_000_000], count => GrowthRig.OfQueries(count, rig => rig.RandomQuery(1000)), duration);
            Print("GetItem hit, any of them", [1000, 100_000, 1_000_000], count => GrowthRig.OfItems(count, rig => rig.RandomGet(count)), duration);
            Print("GetItem hit, 1,000 of them", [1000, 100_000, 1_000_000], count => GrowthRig.OfItems(count, rig => rig.RandomGet(1000)), duration);
        });
        return command;
    }

    /// <summary>Median nanoseconds of a request of each size.</summary>
    public static double[] Measure(int[] counts, Func<int, GrowthRig> make, TimeSpan duration)
    {
        GrowthRig[] rigs = [.. counts.Select(make)];
        try
        {
            GC.Collect();
            Measure(rigs, duration / 2);
            return [.. Measure(rigs, duration).Select(MedianOf)];
        }
        finally
        {
            Array.ForEach(rigs, rig => rig.Dispose());
        }
    }

    private static void Print(string name, int[] counts, Func<int, GrowthRig> make, TimeSpan duration)
    {
        double[] medians = Measure(counts, make, duration);
        for (int i = 0; i < counts.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {name} | {counts[i]:#,0} | {medians[i]:#,0} | {medians[i] / medians[0]:0.00} |"));
        }
    }

    private static List<double>[] Measure(GrowthRig[] rigs, TimeSpan duration)
    {
        List<double>[] slices = [.. rigs.Select(_ => new List<double>())];
        for (long startedAt = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(startedAt) < duration;)
        {
            for (int i = 0; i < rigs.Length; i++)
            {
                long sliceAt = Stopwatch.GetTimestamp();
                for (int operation = 0; operation < SliceOperations; operation++)
                {
                    rigs[i].RunOne();
                }

                slices[i].Add(Stopwatch.GetElapsedTime(sliceAt).TotalNanoseconds / SliceOperations);
            }
        }

        return slices;
    }

    private static double MedianOf(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
