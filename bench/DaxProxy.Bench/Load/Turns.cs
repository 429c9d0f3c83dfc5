namespace DaxProxy.Bench.Load;

/// <summary>Rounds of several loads that take turns, so that a machine that gets slower or faster favours none.</summary>
internal static class Turns
{
    /// <summary>The rounds of each load, in the order of the loads. Who begins a round moves on, so that none is always first.</summary>
    public static async Task<IReadOnlyList<LoadResult>[]> RunAsync(IReadOnlyList<Func<Task<LoadResult>>> loads, int rounds)
    {
        List<LoadResult>[] results = [.. loads.Select(_ => new List<LoadResult>())];
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < loads.Count; turn++)
            {
                int load = (round + turn) % loads.Count;
                results[load].Add(await loads[load]().ConfigureAwait(false));
            }
        }

        return results;
    }

    /// <summary>
    /// A figure of one load over that of another, of paired rounds, because a neighbour that slows a round slows the one beside it, too.
    /// </summary>
    public static Spread Ratio(IReadOnlyList<LoadResult> ours, IReadOnlyList<LoadResult> theirs, Func<LoadResult, double> figure) =>
        Spread.Of(ours.Zip(theirs, (own, other) => figure(own) / figure(other)));
}
