namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// The race of fills and writes, step by step in every order: a read is sent, the backend reads, the answer arrives and is stored; a write
/// begins, takes effect, ends. Every answer is judged, and so is what the caches say when all is over.
/// </summary>
internal sealed class Interleavings
{
    private readonly HashSet<string> seen = [];
    private readonly HeldBackend inner = new();
    private readonly CheckedCaches caches;

    public Interleavings() => caches = new CheckedCaches(inner, 7, isSmall: true);

    /// <summary>How many orders there were that differ in what happened.</summary>
    public int Distinct => seen.Count;

    /// <summary>The first order that breaks the law; null for none.</summary>
    public string? Find()
    {
        int[][] withReader = [.. Merges.Of(3, 3, 1)], withReaders = [.. Merges.Of(3, 3, 3)];
        for (int read = 0; read < Race.Reads; read++)
        {
            for (int write = 0; write < Race.Writes; write++)
            {
                // All steps of three for some pairs; for the others the second reader goes at once from its begin to its end.
                Race.Part reader = new(read, true), writer = new(write, false), other = new((write + 3) % Race.Writes, false);
                bool isThorough = write == read % Race.Writes;
                string? fault = Find(isThorough ? withReaders : withReader, reader, writer, isThorough && read % 2 == 1 ? other : reader);
                if (fault is not null)
                {
                    return fault;
                }
            }
        }

        return null;
    }

    private string? Find(int[][] orders, params Race.Part[] parts)
    {
        string what = string.Join(", ", parts.Select(part => $"{(part.IsRead ? "read" : "write")} {part.Kind}"));
        return orders.Select(order => Find(new Race(inner, caches, parts), order, what)).FirstOrDefault(fault => fault is not null);
    }

    private string? Find(Race race, int[] order, string what)
    {
        try
        {
            race.Run(order);
            seen.Add($"{what}: {race.Trace}");
            return null;
        }
        catch (Violation violation)
        {
            return $"{what}: {race.Trace} => {violation.Message}";
        }
    }
}
