using DaxProxy.Bench.Growth;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>Whether what is cached makes requests slower.</summary>
internal static class GrowthRows
{
    private const int FewItems = 1000;

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        // Each beside a constant reply whose client walks through as many requests: what the client's own memory costs is not the proxy's.
        LoadReport few = await LoadRun.RunAsync(settings.PlanOf("GetItem", FewItems)).ConfigureAwait(false);
        LoadReport many = await LoadRun.RunAsync(settings.PlanOf("GetItem", settings.Items)).ConfigureAwait(false);
        Spread hits = Spread.Of(many.Ours.Zip(many.Theirs, few.Ours).Zip(
            few.Theirs, (three, fewTheirs) => three.First.P50 / three.Second.P50 / (three.Third.P50 / fewTheirs.P50)));
        int queries = Math.Min(settings.Items, 1_000_000);
        double[] writes = GrowthCommand.Measure([0, queries], count => GrowthRig.OfQueries(count, rig => rig.NextPut), 2 * settings.Round);
        return
        [
            new($"p50 of a hit among {many.Plan.Items:#,0} items", $"p50 of a hit among {FewItems:#,0}", Bound.AtMost(1.1), hits),
            new(
                $"write beside {queries:#,0} cached queries", "time of one beside none", Bound.AtMost(1.1),
                Spread.Of([writes[1] / writes[0]])),
        ];
    }
}
