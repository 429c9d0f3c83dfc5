using System.Collections.Concurrent;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Auditing;

/// <summary>
/// Reads a share of what the item cache answers once more, consistently and after it was answered, and says whether it was right. An entry
/// that is found stale is dropped.
/// </summary>
/// <remarks>
/// Thread-safe. No request waits for it or fails because of it: answers are handed over in a queue of constant size, and read again no
/// faster than a number of capacity units a second.
/// <para>
/// A difference alone proves nothing, as the item may have been written since it was answered. But if the same entry is answered still when
/// the read has ended, whatever is answered from then on is older than what the read has shown. That may be legal for a while: where
/// another member of a group has not told of its write yet, or the stream not shown it. So it is looked at again after that time, and is
/// stale only if the entry is still answered, no fence was raised, and the backend still holds something else.
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
    private readonly double unitsPerSecond;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly HitSampler sampler;
    private readonly ConcurrentDictionary<string, Counts> tables = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private int suspects;
    private long units;

    /// <summary>Begins to look.</summary>
    /// <param name="backend">The backend behind the caches.</param>
    /// <param name="caches">What forgets a stale entry.</param>
    /// <param name="items">The cache whose answers are looked at.</param>
    /// <param name="sampleRate">The share of answers: above 0, at most 1.</param>
    /// <param name="unitsPerSecond">The capacity units that it may read in a second.</param>
    /// <param name="patience">How long a write of another process may have been made and not told.</param>
    /// <param name="time">The clock.</param>
    public HitAuditor(
        IDynamoBackend backend,
        CachedBackend caches,
        ItemCache items,
        double sampleRate,
        double unitsPerSecond,
        TimeSpan patience,
        TimeProvider time)
    {
        this.backend = backend;
        this.caches = caches;
        this.items = items;
        this.unitsPerSecond = unitsPerSecond;
        this.patience = patience > ShortestPatience ? patience : ShortestPatience;
        this.time = time;
        items.Sampler = sampler = new HitSampler(sampleRate);
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
                CachedItem item = await sampler.Picked.ReadAsync(stop.Token).ConfigureAwait(false);
                double before = Units;
                Count(item, await TryLookAsync(item).ConfigureAwait(false));
                await Task.Delay(TimeSpan.FromSeconds((Units - before) / unitsPerSecond), time, stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // It ends.
        }
    }

    /// <summary>Looks once, whatever fails; null where the verdict comes later.</summary>
    private async Task<AuditVerdict?> TryLookAsync(CachedItem item)
    {
        try
        {
            return await LookAsync(item).ConfigureAwait(false);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            return AuditVerdict.Unknown;
        }
    }

    /// <summary>Looks once; null where the verdict comes later.</summary>
    private async Task<AuditVerdict?> LookAsync(CachedItem item)
    {
        long? version = items.VersionOf(item);
        long askedAt = time.GetTimestamp();
        (bool isKnown, Item? truth) = await ReadAsync(item).ConfigureAwait(false);
        if (!isKnown)
        {
            return AuditVerdict.Unknown;
        }

        if (IsSame(item.Item, truth))
        {
            return AuditVerdict.Equal;
        }

        if (version is null || items.VersionOf(item) != version)
        {
            return AuditVerdict.Unknown;
        }

        if (Interlocked.Increment(ref suspects) > MostSuspects)
        {
            Interlocked.Decrement(ref suspects);
            return AuditVerdict.Unknown;
        }

        _ = LookAgainAsync(item, version.Value, askedAt);
        return null;
    }

    private async Task LookAgainAsync(CachedItem item, long version, long since)
    {
        try
        {
            TimeSpan lag = item.Settings.MaxStreamLag ?? TimeSpan.Zero;
            await Task.Delay(lag > patience ? lag : patience, time, stop.Token).ConfigureAwait(false);
            (bool isKnown, Item? truth) = items.VersionOf(item) == version ? await ReadAsync(item).ConfigureAwait(false) : default;
            if (!isKnown || IsSame(item.Item, truth) || items.VersionOf(item) != version)
            {
                Count(item, AuditVerdict.Unknown);
                return;
            }

            TimeSpan lasted = time.GetElapsedTime(since);
            caches.Evict(item.Table.Info.TableName, KeyOf(item));
            Count(item, AuditVerdict.Stale, lasted);
            OnStale?.Invoke(item.Table.Info.TableName, lasted);
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // It ends.
        }
        catch (Exception)
        {
            Count(item, AuditVerdict.Unknown);
        }
        finally
        {
            Interlocked.Decrement(ref suspects);
        }
    }

    /// <summary>The item as the backend holds it; not known where it does not say.</summary>
    private async Task<(bool IsKnown, Item? Item)> ReadAsync(CachedItem item)
    {
        try
        {
            GetItem read = new() { TableName = item.Table.Info.TableName, Key = KeyOf(item), ConsistentRead = true };
            Reply reply = await backend.ExecuteAsync(read, stop.Token).ConfigureAwait(false);
            if (reply is GetItemReply got)
            {
                Interlocked.Add(ref units, Math.Max(1, ((long)(got.Item?.SizeBytes ?? 0) + 4095) / 4096));
                return (true, got.Item);
            }
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // The readers meet the same, and tell their callers.
        }

        // A read that was refused is paid for, or is asked again too soon.
        Interlocked.Increment(ref units);
        return default;
    }

    /// <summary>The key that the entry is of, out of its bytes: an absence has no attributes.</summary>
    private static AttributeMap KeyOf(CachedItem item)
    {
        KeySchema schema = item.KeySchema;
        ReadOnlySpan<byte> key = item.Key[CatalogTable.PrefixBytes..];
        if (!schema.HasRange)
        {
            return new()
            {
                [schema.HashName] = schema.HashType == AttributeType.N
                    ? KeyEncoding.ReadSelfDelimiting(schema.HashType, key, out _)
                    : KeyEncoding.ReadRaw(schema.HashType, key),
            };
        }

        AttributeValue hash = KeyEncoding.ReadSelfDelimiting(schema.HashType, key, out int bytes);
        return new() { [schema.HashName] = hash, [schema.RangeName!] = KeyEncoding.ReadOrdered(schema.RangeType, key[bytes..]) };
    }

    /// <summary>Whether two items are the same, in whatever order their attributes come.</summary>
    private static bool IsSame(Item? left, Item? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return left.Json.Span.SequenceEqual(right.Json.Span) || IsSame(left.Open(), right.Open());
    }

    private static bool IsSame(AttributeMap left, AttributeMap right) => left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out AttributeValue? other) && pair.Value.Equals(other));

    private void Count(CachedItem item, AuditVerdict? verdict, TimeSpan lasted = default)
    {
        if (verdict is { } found)
        {
            tables.GetOrAdd(item.Table.Info.TableName, _ => new Counts()).Add(found, lasted);
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
