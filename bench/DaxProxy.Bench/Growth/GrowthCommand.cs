using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaxProxy.Bench.Growth;

/// <summary>The command <c>growth</c>: what a request costs in this process, from its JSON to its reply, by how much is cached.</summary>
/// <remarks>The sizes take turns in slices of a few milliseconds, so that a machine with neighbours still gives the ratio.</remarks>
internal static class GrowthCommand
{
    private const int SliceOperations = 300;
    private const int FewEntries = 1000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        Option<double> seconds =
            new("--seconds") { Description = "How long to measure each row, after half as long a warm-up", DefaultValueFactory = _ => 6 };
        Option<int[]> sizes = new("--sizes")
        {
            Description = "Numbers of cached entries",
            DefaultValueFactory = _ => [1000, 10_000, 100_000, 1_000_000],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<DirectoryInfo?> output =
            new("--out") { Description = "Folder for a picture of each kind of request, and the figures as JSON" };
        Command command = new("growth", "Measure writes beside ever more cached queries, and hits among ever more cached entries")
        {
            seconds,
            sizes,
            output,
        };
        command.SetAction(parsed =>
        {
            TimeSpan duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            int[] counts = parsed.GetValue(sizes)!;
            const string Any = "any of them", Few = "1,000 of them";
            Series[] all =
            [
                Series.Measure(
                    "PutItem", "table with two indexes", [0, .. counts], count => GrowthRig.OfQueries(count, rig => rig.NextPut), duration),
                Series.Measure("Query hit", Any, counts, count => GrowthRig.OfQueries(count, rig => rig.RandomQuery(count)), duration),
                Series.Measure("Query hit", Few, counts, count => GrowthRig.OfQueries(count, rig => rig.RandomQuery(FewEntries)), duration),
                Series.Measure("GetItem hit", Any, counts, count => GrowthRig.OfItems(count, rig => rig.RandomGet(count)), duration),
                Series.Measure("GetItem hit", Few, counts, count => GrowthRig.OfItems(count, rig => rig.RandomGet(FewEntries)), duration),
            ];
            Console.WriteLine("| request | cached | ns, median | of the smallest |");
            Console.WriteLine("| --- | ---: | ---: | ---: |");
            foreach (Series series in all)
            {
                series.Print();
            }

            if (parsed.GetValue(output) is { } folder)
            {
                folder.Create();
                Draw("growth-put", "PutItem", "cached queries");
                Draw("growth-query", "Query hit", "cached queries");
                Draw("growth-get", "GetItem hit", "cached items");
                File.WriteAllText(Path.Combine(folder.FullName, "growth.json"), JsonSerializer.Serialize(all, Indented));

                void Draw(string file, string request, string across) => File.WriteAllText(
                    Path.Combine(folder.FullName, file + ".svg"),
                    GrowthPlot.Draw(
                        $"{request}: time of one by {across}", across,
                        [.. all.Where(series => series.Request == request).Select(series => (series.Of, series.Points))]));
            }
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

    /// <summary>One kind of request, by how much is cached.</summary>
    private sealed record Series(string Request, string Of, int[] Cached, double[] Nanoseconds)
    {
        public static Series Measure(string request, string of, int[] counts, Func<int, GrowthRig> make, TimeSpan duration) =>
            new(request, of, counts, GrowthCommand.Measure(counts, make, duration));

        [JsonIgnore]
        public IReadOnlyList<(int Cached, double Nanoseconds)> Points => [.. Cached.Zip(Nanoseconds)];

        public void Print()
        {
            foreach ((int cached, double nanoseconds) in Points)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Request}, {Of} | {cached:#,0} | {nanoseconds:#,0} | {nanoseconds / Nanoseconds[0]:0.00} |"));
            }
        }
    }
}
