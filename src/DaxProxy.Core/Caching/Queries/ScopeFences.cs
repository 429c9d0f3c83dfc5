using System.Collections.Concurrent;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>The fences of tables and indexes as wholes: each has its own, up to a number that few reach. Thread-safe.</summary>
/// <remarks>
/// A fence is never taken away, as pages know it by its count. A name that comes when all are given away shares one of a few, for good:
/// names that have none by then never get any, so that readers and writers of one name always mean the same.
/// </remarks>
internal sealed class ScopeFences
{
    private const int MostOwn = 8192;
    private const int SharedCount = 64;

    private readonly ConcurrentDictionary<(string Table, string? Index), Scope> own = new();
    private readonly Scope[] shared;
    private readonly Func<PageFences> make;
    private readonly int most;
    private readonly Lock adding = new();

    /// <summary>No fences yet.</summary>
    /// <param name="make">Makes one that nothing has been written to.</param>
    /// <param name="most">How many tables and indexes have one of their own.</param>
    public ScopeFences(Func<PageFences> make, int most = MostOwn)
    {
        this.make = make;
        this.most = most;
        shared = [.. Enumerable.Range(0, SharedCount).Select(_ => Make())];
    }

    /// <summary>The fences of a table or index.</summary>
    /// <param name="table">Name of the table: an evicted table keeps its fences.</param>
    /// <param name="index">Name of the index; null for the table itself.</param>
    public Scope Of(string table, string? index) => own.TryGetValue((table, index), out Scope? known) ? known : Add(table, index);

    private Scope Add(string table, string? index)
    {
        lock (adding)
        {
            return own.Count < most ? own.GetOrAdd((table, index), _ => Make())
                : own.TryGetValue((table, index), out Scope? known) ? known
                : shared[(uint)HashCode.Combine(table, index) % SharedCount];
        }
    }

    private Scope Make() => new(make(), make());

    /// <summary>What guards the pages of a table or index.</summary>
    /// <param name="Unplaced">Raised by a write whose partition is not known; asked by every Query.</param>
    /// <param name="AnyWrite">Raised by every write; asked by every Scan.</param>
    internal sealed record Scope(PageFences Unplaced, PageFences AnyWrite);
}
