using System.Diagnostics;
using DaxProxy.Conformance.Caching;

namespace DaxProxy.Conformance.Remote;

/// <summary>What a random run comes to.</summary>
/// <param name="Summary">Its figures.</param>
/// <param name="Hits">Reads that the cache answered.</param>
/// <param name="Unknown">Writes whose outcome their client was not told.</param>
/// <param name="Violations">What must not be: the first few of each kind.</param>
internal sealed record RandomVerdict(string Summary, int Hits, int Unknown, IReadOnlyList<string> Violations)
{
    private const int FewOfAKind = 5;

    /// <summary>
    /// Within this time after its beginning a write is surely under way or in doubt, which it is for no less than 25 seconds.
    /// </summary>
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(25);

    /// <summary>Judges a run.</summary>
    public static RandomVerdict Of(RandomFaults faults, IReadOnlyList<RandomClient> clients)
    {
        List<RandomWrite> writes = [.. clients.SelectMany(client => client.Writes)];
        List<RandomRead> reads = [.. clients.SelectMany(client => client.Reads).Where(read => read.Status == 200)];
        Dictionary<RandomItem, ItemHistory> histories = RandomItem.All.ToDictionary(item => item, _ => new ItemHistory());
        HashSet<RandomItem> unjudged = [];
        foreach (RandomWrite write in writes)
        {
            if (Passes(write).Any(pass => Stopwatch.GetElapsedTime(write.From, pass.To) > Doubt))
            {
                // On a machine that stands still the link may pass on a write when it is in doubt no more, of which nothing is promised.
                unjudged.UnionWith(write.Changes.Select(change => change.Item));
            }

            // One whose fate is not known has ended when the backend has done it, however late, and its client has given up.
            foreach ((long from, long to) in Passes(write))
            {
                foreach (RandomChange change in write.Changes)
                {
                    histories[change.Item].Add(new ItemVersion(write.Number, change.Group, from, to, Math.Max(to, write.To)));
                }
            }
        }

        List<string> lost = [.. writes.Where(write => write.Status == 200 && Passes(write).Count == 0)
            .Select(write => $"{write.Operation} {write.Number} was acknowledged and never done")];
        List<string> refused = [.. writes.Where(write => write.Status is not (200 or 500) && Passes(write).Count > 0)
            .Select(write => $"{write.Operation} {write.Number} was refused and done: {write.Text}")];
        List<string> odd =
            [.. writes.Where(write => write.Status is not (200 or 400 or 500))
                .Select(write => $"{write.Operation}: {write.Status} {write.Text}")];
        List<string> wrong = [.. reads.AsParallel().SelectMany(Judge)];
        int unknown = writes.Count(write => write.Status == 500);
        int hits = reads.Count(read => read.IsHit);
        int late = writes.Count(write => write.Status == 500 && Passes(write).Any(pass => pass.From > write.To));
        string summary =
            $"{writes.Count} writes ({writes.Count(write => write.Status == 200)} acknowledged, {unknown} of unknown outcome, of which "
            + $"{writes.Count(write => write.Status == 500 && Passes(write).Count > 0)} were done, {late} of them late), {reads.Count} reads answered, {hits} of them from the cache; "
            + $"{lost.Count} lost, {refused.Count} done though refused, {wrong.Count} reads wrong; {unjudged.Count} of {RandomItem.All.Count} items not judged";
        return new RandomVerdict(
            summary, hits, unknown,
            [.. lost.Take(FewOfAKind), .. refused.Take(FewOfAKind), .. odd.Take(FewOfAKind), .. wrong.Take(FewOfAKind)]);

        IReadOnlyCollection<(long From, long To)> Passes(RandomWrite write) =>
            faults.Done.TryGetValue(write.Number, out var passes) ? passes : [];

        IEnumerable<string> Judge(RandomRead read) =>
            from item in read.Asked
            where !unjudged.Contains(item)
            let seen = read.Seen.TryGetValue((item.Partition, item.Sort), out long number) ? number : (long?)null
            let fault = histories[item].Find(read.From, read.To, seen, one => read.Group is null || read.Group == one)
            where fault is not null
            select $"{read.What}, {item.Partition}/{item.Sort}: {fault}";
    }
}
