using DaxProxy.Bench.Compare;

namespace DaxProxy.Bench.Suite;

/// <summary>The engine, caches off, against other emulators that keep their data in files.</summary>
internal static class EngineRows
{
    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        NpmPackages.Install(settings.Packages);
        IReadOnlyList<Contender> contenders = Contender.All(settings.Packages);
        ComparePlan plan = new()
        {
            Connections = SuiteSettings.Connections,
            Seconds = settings.Round.TotalSeconds,
            Rounds = settings.Rounds,
            ItemBytes = SuiteSettings.ItemBytes,
            Items = SuiteSettings.RequestedItems,
        };
        List<SuiteRow> rows = [];
        foreach (string operation in (string[])["GetItem", "PutItem"])
        {
            CompareReport report = await CompareRun.RunAsync(operation, contenders, plan).ConfigureAwait(false);
            for (int contender = 1; contender < contenders.Count; contender++)
            {
                Contender other = contenders[contender];
                rows.Add(new(
                    $"engine {operation}{(operation == "PutItem" ? ", durable" : "")}", $"requests/s of {other.Name}",
                    other.Targets.TryGetValue(operation, out double target) ? Bound.AtLeast(target) : null, report.RatioTo(contender)));
            }
        }

        return rows;
    }
}
