using DaxProxy.Core.Caching.Fetching;

namespace DaxProxy.Core.Caching.Queries;

/// <summary>The pages being fetched, so that readers that miss one at one time ask once.</summary>
/// <remarks>
/// A fetch is joined only under the versions under which it began: a reader that comes after a write must not be given what was asked
/// before it. It then starts another fetch, which takes the place of the first. Thread-safe: everything happens under a lock that is a
/// leaf.
/// </remarks>
internal sealed class SharedPages(StaleWait patience)
{
    private readonly Lock gate = new();
    private readonly Dictionary<byte[], Fetch> running = new(NameComparer.Instance);

    /// <summary>The fetch of this page to wait for; <paramref name="isNew"/> if it is the caller's to run.</summary>
    public Fetch Join(PagePlan plan, PageStamp now, out bool isNew)
    {
        lock (gate)
        {
            isNew = !running.TryGetValue(plan.Name, out Fetch? fetch) || fetch.Stamp != now;
            return isNew ? running[plan.Name] = new Fetch(plan, now, patience.Now) : fetch!;
        }
    }

    /// <summary>No one may join this fetch any more.</summary>
    public void Close(Fetch fetch)
    {
        lock (gate)
        {
            if (running.TryGetValue(fetch.Plan.Name, out Fetch? current) && current == fetch)
            {
                running.Remove(fetch.Plan.Name);
            }
        }
    }

    /// <summary>One fetch: a page, the versions under which it was asked for, and those who wait.</summary>
    internal sealed class Fetch(PagePlan plan, PageStamp stamp, long begunAt)
        : TaskCompletionSource<FetchResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public PagePlan Plan { get; } = plan;

        public PageStamp Stamp { get; } = stamp;

        /// <summary>When it was begun, as <see cref="StaleWait"/> counts.</summary>
        public long BegunAt { get; } = begunAt;
    }

    private sealed class NameComparer : IEqualityComparer<byte[]>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj)
        {
            HashCode hash = default;
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
