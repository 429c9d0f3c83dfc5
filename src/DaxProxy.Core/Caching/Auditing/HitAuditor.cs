using System.Collections.Concurrent;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Caching.Queries;

namespace DaxProxy.Core.Caching.Auditing;

/// <summary>
/// Reads a share of what the caches answer once more, consistently and after it was answered, and says whether it was right. An entry that
/// is found stale is dropped. Pages of global indexes, which cannot be read consistently, are not looked at.
/// </summary>
/// <remarks>
/// Thread-safe. No request waits for it or fails because of it: answers are handed over in a queue of constant size, and read again no
/// faster than a number of capacity units a second.
/// <para>
/// A difference alone proves nothing, as the item may have been written since it was answered. But if the same entry is answered still when
/// the read has ended, then every answer from then on is older than what the read has shown. That may be legal for a while: where another
/// member of a group has not told of its write yet, or the stream not shown it. So it is looked at again after that time, and is stale only
/// if the entry is still answered, no fence was raised, and the backend still holds something else. Of an item it is known whether a write
/// of this process is under way; of a page it is not, so there that time is at least as long as a write may take.
/// </para>
/// </remarks>
public sealed class HitAuditor : IAsyncDisposable
{
    /// <summary>How long a difference must last at least.</summary>
    private static readonly TimeSpan ShortestPatience = TimeSpan.FromSeconds(1);

    /// <summary>Differences that are waited for at once; of more nothing is said.</summary>
    private const int MostSuspects = 64;

    private readonly IDynamoBackend backend;
    private readonly CachedBackend caches;
    private readonly ItemCache items;
    private readonly QueryCache? pages;
    private readonly double unitsPerSecond;
    private readonly TimeSpan patience;
    private readonly TimeSpan pagePatience;
    private readonly TimeProvider time;
    private readonly HitSampler sampler;
    private readonly ConcurrentDictionary<string, Counts> tables = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private int suspects;
    private long units;

    /// <summary>Begins to look.</summary>
    /// <param name="backend">The backend behind the caches.</param>
    /// <param name="caches">What forgets a stale item.</param>
    /// <param name="items">The items whose answers are looked at.</param>
    /// <param name="pages">The pages whose answers are; null for none.</param>
    /// <param name="sampleRate">The share of answers: above 0, at most 1.</param>
    /// <param name="unitsPerSecond">The capacity units that it may read in a second.</param>
    /// <param name="patience">How long a write of another process may have been made and not told.</param>
    /// <param name="longestWrite">How long a write of this process may have been made and not have ended.</param>
    /// <param name="time">The clock.</param>
    public HitAuditor(
        IDynamoBackend backend,
        CachedBackend caches,
        ItemCache items,
        QueryCache? pages,
        double sampleRate,
        double unitsPerSecond,
        TimeSpan patience,
        TimeSpan longestWrite,
        TimeProvider time)
    {
        this.backend = backend;
        this.caches = caches;
        this.items = items;
        this.pages = pages;
        this.unitsPerSecond = unitsPerSecond;
        this.patience = patience > ShortestPatience ? patience : ShortestPatience;
        pagePatience = longestWrite > this.patience ? longestWrite : this.patience;
        this.time = time;
        items.Sampler = sampler = new HitSampler(sampleRate);
        if (pages is not null)
        {
            pages.Sampler = sampler;
        }

        running = Task.Run(RunAsync);
    }

    /// <summary>Told of each entry that is found stale: its table, and for how long at least. Must not throw.</summary>
    public Action<string, TimeSpan>? OnStale { get; init; }

    /// <summary>What was found, by the names of the tables.</summary>
    public IEnumerable<AuditFigures> Figures =>
        tables.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Read(pair.Key));

    /// <summary>How many answers were picked and not looked at, as too many waited.</summary>
    public long Lost => sampler.Lost;

    /// <summary>The capacity units that were read.</summary>
    public double Units => Volatile.Read(ref units);

    /// <summary>Stops looking.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                AuditedHit hit = Of(await sampler.NextAsync(stop.Token).ConfigureAwait(false));
                double before = Units;
                Count(hit, await TryLookAsync(hit).ConfigureAwait(false));
                await Task.Delay(TimeSpan.FromSeconds((Units - before) / unitsPerSecond), time, stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // It ends.
        }
    }

    private AuditedHit Of(SampledHit hit) =>
        hit is SampledPage page ? new AuditedPage(pages!, page) : new AuditedItem(caches, items, ((SampledItem)hit).Item);

    /// <summary>Looks once. Throws nothing. Null where the verdict comes later.</summary>
    private async Task<AuditVerdict?> TryLookAsync(AuditedHit hit)
    {
        try
        {
            return await LookAsync(hit).ConfigureAwait(false);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            return AuditVerdict.Unknown;
        }
    }

    /// <summary>Looks once; null where the verdict comes later.</summary>
    private async Task<AuditVerdict?> LookAsync(AuditedHit hit)
    {
        (long, long)? version = hit.Version;
        long askedAt = time.GetTimestamp();
        if (await CompareAsync(hit).ConfigureAwait(false) is not { } isSame)
        {
            return AuditVerdict.Unknown;
        }

        if (isSame)
        {
            return AuditVerdict.Equal;
        }

        if (version is null || hit.Version != version)
        {
            return AuditVerdict.Unknown;
        }

        if (Interlocked.Increment(ref suspects) > MostSuspects)
        {
            Interlocked.Decrement(ref suspects);
            return AuditVerdict.Unknown;
        }

        _ = LookAgainAsync(hit, version.Value, askedAt);
        return null;
    }

    private async Task LookAgainAsync(AuditedHit hit, (long, long) version, long since)
    {
        try
        {
            TimeSpan lag = hit.Table.Settings.MaxStreamLag ?? TimeSpan.Zero, rest = hit is AuditedPage ? pagePatience : patience;
            await Task.Delay(lag > rest ? lag : rest, time, stop.Token).ConfigureAwait(false);
            bool isDifferent = hit.Version == version && await CompareAsync(hit).ConfigureAwait(false) == false;
            if (!isDifferent || hit.Version != version)
            {
                Count(hit, AuditVerdict.Unknown);
                return;
            }

            TimeSpan lasted = time.GetElapsedTime(since);
            hit.Drop();
            Count(hit, AuditVerdict.Stale, lasted);
            OnStale?.Invoke(hit.Table.Info.TableName, lasted);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // It ends.
        }
        catch (Exception)
        {
            Count(hit, AuditVerdict.Unknown);
        }
        finally
        {
            Interlocked.Decrement(ref suspects);
        }
    }

    /// <summary>Whether the backend holds the same; null where it does not say.</summary>
    private async Task<bool?> CompareAsync(AuditedHit hit)
    {
        try
        {
            (bool? isSame, long taken) = await hit.CompareAsync(backend, stop.Token).ConfigureAwait(false);
            Interlocked.Add(ref units, taken);
            return isSame;
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // The readers meet the same, and tell their callers. What failed may be paid for, or is asked again too soon.
            Interlocked.Increment(ref units);
            return null;
        }
    }

    private void Count(AuditedHit hit, AuditVerdict? verdict, TimeSpan lasted = default)
    {
        if (verdict is { } found)
        {
            tables.GetOrAdd(hit.Table.Info.TableName, _ => new Counts()).Add(found, lasted);
        }
    }

    /// <summary>The running figures of a table.</summary>
    private sealed class Counts
    {
        private readonly Lock gate = new();
        private readonly long[] verdicts = new long[Enum.GetValues<AuditVerdict>().Length];
        private TimeSpan longest;

        public void Add(AuditVerdict verdict, TimeSpan lasted)
        {
            lock (gate)
            {
                verdicts[(int)verdict]++;
                longest = lasted > longest ? lasted : longest;
            }
        }

        public AuditFigures Read(string table)
        {
            lock (gate)
            {
                return new AuditFigures(
                    table,
                    verdicts[(int)AuditVerdict.Equal],
                    verdicts[(int)AuditVerdict.Stale],
                    verdicts[(int)AuditVerdict.Unknown],
                    longest);
            }
        }
    }
}
