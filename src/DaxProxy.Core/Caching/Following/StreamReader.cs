using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Caching.Following;

/// <summary>
/// Reads a table's stream: all its shards, parents before their children. What it reads raises the fences everywhere before the place moves
/// on; what it may have missed makes the table void everywhere.
/// </summary>
/// <remarks>
/// Belongs to its follower. There is one round at a time, with at most one task for each shard. Why it is right: <c>DESIGN.md</c>.
/// </remarks>
internal sealed class StreamReader
{
    /// <summary>A page that holds more of either than this may be followed by others.</summary>
    private const int LittleRecords = GetRecords.MaxLimit / 2;
    private const int LittleBytes = GetRecords.MaxPageBytes / 2;

    /// <summary>Shards that are read at once.</summary>
    private const int AtOnce = 8;

    /// <summary>Pages of one shard that are read before the others have their turn.</summary>
    private const int PagesOfARound = 20;

    /// <summary>Effects that are told at once: a group takes more for anything.</summary>
    private const int EffectsAtOnce = 500;

    /// <summary>
    /// If it is further behind than this, it begins again. That is well before the stream trims what was not read, which a shard read from
    /// its beginning would not show, and before its places expire.
    /// </summary>
    private static readonly TimeSpan MostBehind = TimeSpan.FromMinutes(10);

    private readonly string tableName;
    private readonly IDynamoBackend backend;
    private readonly CachedBackend caches;
    private readonly TableCatalog catalog;
    private readonly TimeProvider time;
    private readonly TimeSpan listingInterval;
    private readonly CancellationToken stop;
    private readonly List<FollowedShard> shards = [];
    private StreamPlace? start;
    private long startComplete;
    private string? streamArn;
    private TableInfo? table;
    private long listedAt;
    private bool isListingDue;
    private string? gap;
    private long records;

    /// <summary>A reader that has read nothing.</summary>
    /// <param name="tableName">Name of the table.</param>
    /// <param name="backend">Where its stream is.</param>
    /// <param name="caches">What is told.</param>
    /// <param name="catalog">What the table is.</param>
    /// <param name="maxLag">How far the caches may be behind.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Gives up what is asked of the backend, and what the caches of others are to confirm.</param>
    public StreamReader(
        string tableName,
        IDynamoBackend backend,
        CachedBackend caches,
        TableCatalog catalog,
        TimeSpan maxLag,
        TimeProvider time,
        CancellationToken stop)
    {
        this.stop = stop;
        this.tableName = tableName;
        this.backend = backend;
        this.caches = caches;
        this.catalog = catalog;
        this.time = time;
        listingInterval = TimeSpan.FromSeconds(Math.Clamp(maxLag.TotalSeconds / 4, 0.1, 10));
    }

    /// <summary>What is to be told of a gap: why the table was made void.</summary>
    public Action<string>? OnGap { get; init; }

    /// <summary>Why the last round did not read everything.</summary>
    public StreamFault Fault { get; private set; }

    /// <summary>What the backend said to that: the name of an error; null for nothing.</summary>
    public string? FaultCode { get; private set; }

    /// <summary>How many records were read.</summary>
    public long Records => Volatile.Read(ref records);

    /// <summary>How many shards are being read.</summary>
    public int Shards => shards.Count;

    /// <summary>The time, by the clock, of the state that the caches are not behind; null where there is none yet.</summary>
    public long? CompleteAt => streamArn is null || shards.Count == 0 ? null : Math.Min(listedAt, shards.Min(shard => shard.CompleteAt));

    /// <summary>What all behind it has raised its fences; null where there is nothing yet.</summary>
    public StreamPlace? Place =>
        streamArn is null ? null : new StreamPlace(streamArn, [.. shards.Select(shard => shard.ToPlace())]);

    /// <summary>Goes on where another reader was, unless that is too far behind.</summary>
    /// <param name="place">Where that is.</param>
    /// <param name="completeAt">The time, by the clock, of the state that the caches were not behind then.</param>
    public void Resume(StreamPlace place, long completeAt) => (start, startComplete) = (place, completeAt);

    /// <summary>Reads what there is; whether there was anything.</summary>
    public async Task<bool> RoundAsync()
    {
        (Fault, FaultCode) = (StreamFault.None, null);
        long? reachedAt = CompleteAt ?? (start is null ? null : startComplete);
        if (reachedAt is { } at && time.GetElapsedTime(at) > MostBehind)
        {
            GiveUp("its stream could not be read for long");
        }

        if (streamArn is null && !await TryBeginAsync().ConfigureAwait(false))
        {
            return false;
        }

        table = (await catalog.GetAsync(tableName, CancellationToken.None).ConfigureAwait(false))?.Info ?? table;
        if ((isListingDue || time.GetElapsedTime(listedAt) >= listingInterval) && !await TryListAsync().ConfigureAwait(false))
        {
            return false;
        }

        long before = Records;
        foreach (FollowedShard[] some in shards.Where(shard => !shard.IsEnded).Chunk(AtOnce).ToArray())
        {
            await Task.WhenAll(some.Select(ReadAsync)).ConfigureAwait(false);
        }

        if (gap is { } why)
        {
            GiveUp(why);
        }

        return Records > before;
    }

    /// <summary>Finds the stream, and where to begin.</summary>
    private async Task<bool> TryBeginAsync()
    {
        long begunAt = time.GetTimestamp();
        if (await FindStreamAsync().ConfigureAwait(false) is not { } arn
            || await ListAsync(arn).ConfigureAwait(false) is not { } listed)
        {
            return false;
        }

        shards.Clear();
        if (start is { } place && place.StreamArn == arn)
        {
            shards.AddRange(place.Shards.Select(shard => new FollowedShard(shard.Id, startComplete)
            {
                Iterator = shard.Iterator,
                IsEnded = shard.IsEnded,
            }));
            (listedAt, isListingDue) = (startComplete, true);
        }
        else
        {
            // From now on every change is read. Only then may anything be kept: what is cached by now is not, as it may be older.
            foreach (ShardDescription open in listed.Where(shard => shard.EndingSequenceNumber is null))
            {
                if (await AskAsync(IteratorOf(arn, open.ShardId, ShardIteratorType.LATEST)).ConfigureAwait(false)
                    is not GetShardIteratorReply found)
                {
                    return false;
                }

                shards.Add(FollowedShard.AtItsEnd(open.ShardId, found.ShardIterator, begunAt));
            }

            if (!await TellAsync([new PeerEffect.OfTable(tableName, IsInDoubt: false)]).ConfigureAwait(false))
            {
                return false;
            }

            (listedAt, isListingDue) = (begunAt, false);
        }

        start = null;
        streamArn = arn;
        return true;
    }

    /// <summary>The stream of the table as it is now; null with a fault where there is none.</summary>
    private async Task<string?> FindStreamAsync()
    {
        switch (await AskAsync(new DescribeTable { TableName = tableName }).ConfigureAwait(false))
        {
            case TableReply { Table: { StreamSpecification.StreamEnabled: true, LatestStreamArn: { } arn } } described:
                table = TableInfo.Of(described.Table);
                return arn;
            case TableReply:
                Fault = StreamFault.NoStream;
                return null;
            case ErrorReply { Error.Name: "ResourceNotFoundException" }:
                Fault = StreamFault.NoTable;
                return null;
            default:
                return null;
        }
    }

    /// <summary>Looks for shards that are not known: a change may be in each that there is.</summary>
    private async Task<bool> TryListAsync()
    {
        long askedAt = time.GetTimestamp();
        if (await ListAsync(streamArn!).ConfigureAwait(false) is not { } listed)
        {
            if (FaultCode == "ResourceNotFoundException")
            {
                GiveUp("its stream is gone");
            }

            return false;
        }

        Dictionary<string, ShardDescription> byId = listed.ToDictionary(shard => shard.ShardId, StringComparer.Ordinal);
        foreach (FollowedShard ended in shards.Where(shard => shard.IsEnded).ToArray())
        {
            List<ShardDescription> children = listed.FindAll(shard => shard.ParentShardId == ended.Id);
            if (children.Count > 0)
            {
                shards.Remove(ended);
                shards.AddRange(children.Where(child => !IsFollowed(child.ShardId))
                    .Select(child => new FollowedShard(child.ShardId, ended.CompleteAt)));
            }
        }

        // A shard that comes neither before nor behind one that is read is new since the last list.
        HashSet<string> before = new(shards.SelectMany(shard => AncestorsOf(shard.Id, byId)), StringComparer.Ordinal);
        foreach (ShardDescription other in listed.Where(shard => !IsFollowed(shard.ShardId) && !before.Contains(shard.ShardId)).ToArray())
        {
            if (!AncestorsOf(other.ShardId, byId).Any(IsFollowed))
            {
                shards.Add(new FollowedShard(other.ShardId, listedAt));
            }
        }

        if (shards.Exists(shard => shard.IsEnded) && await FindStreamAsync().ConfigureAwait(false) is var now && now != streamArn)
        {
            if (now is not null || Fault != StreamFault.Backend)
            {
                GiveUp("its stream was switched off or is another one");
            }

            return false;
        }

        (listedAt, isListingDue) = (askedAt, false);
        return true;
    }

    private bool IsFollowed(string shardId) => shards.Exists(shard => shard.Id == shardId);

    private static IEnumerable<string> AncestorsOf(string shardId, Dictionary<string, ShardDescription> byId)
    {
        // No more than the limit, even if the backend names more.
        for (int i = 0; i < byId.Count && byId.GetValueOrDefault(shardId)?.ParentShardId is { } parent; i++)
        {
            yield return shardId = parent;
        }
    }

    /// <summary>All shards of a stream; null where they are not told.</summary>
    private async Task<List<ShardDescription>?> ListAsync(string arn)
    {
        List<ShardDescription> listed = [];
        string? last = null;
        do
        {
            DescribeStream page = new() { StreamArn = arn, ExclusiveStartShardId = last };
            if (await AskAsync(page).ConfigureAwait(false) is not DescribeStreamReply described)
            {
                return null;
            }

            listed.AddRange(described.Shards);
            last = described.LastEvaluatedShardId;
        }
        while (last is not null);

        return [.. listed.DistinctBy(shard => shard.ShardId)];
    }

    /// <summary>Reads one shard to where it ends now, or is closed.</summary>
    private async Task ReadAsync(FollowedShard shard)
    {
        for (int page = 0; page < PagesOfARound; page++)
        {
            if (shard.Iterator is null && !await TryFindBeginningAsync(shard).ConfigureAwait(false))
            {
                return;
            }

            long askedAt = time.GetTimestamp();
            Reply? reply = await AskAsync(new GetRecords { ShardIterator = shard.Iterator! }).ConfigureAwait(false);
            if (reply is not GetRecordsReply read)
            {
                NoteFailure(shard, reply);
                return;
            }

            if (!await TellAllAsync(read.Records).ConfigureAwait(false))
            {
                shard.NoteFailure();
                return;
            }

            Interlocked.Add(ref records, read.Records.Count);
            shard.Iterator = read.NextShardIterator;
            if (shard.Iterator is null)
            {
                // Changes may have gone to its children since it was read before, so it says nothing of the time since then.
                shard.IsEnded = isListingDue = true;
                return;
            }

            bool isFull = read.Records.Count > LittleRecords || read.Records.Sum(record => (long)record.SizeBytes) > LittleBytes;
            if (shard.NotePage(askedAt, isFull))
            {
                return;
            }
        }
    }

    /// <summary>The beginning of a shard; false where there is none, for now or for good.</summary>
    private async Task<bool> TryFindBeginningAsync(FollowedShard shard)
    {
        Reply? reply = await AskAsync(IteratorOf(streamArn!, shard.Id, ShardIteratorType.TRIM_HORIZON)).ConfigureAwait(false);
        if (reply is not GetShardIteratorReply found)
        {
            NoteFailure(shard, reply);
            return false;
        }

        shard.Iterator = found.ShardIterator;
        return true;
    }

    private static GetShardIterator IteratorOf(string arn, string shardId, ShardIteratorType from) =>
        new() { StreamArn = arn, ShardId = shardId, ShardIteratorType = from };

    /// <summary>What was to be read is gone, or cannot be read for now.</summary>
    private void NoteFailure(FollowedShard shard, Reply? reply)
    {
        shard.NoteFailure();
        gap = (reply as ErrorReply)?.Error.Name switch
        {
            "ExpiredIteratorException" => "the place in its stream has expired",
            "TrimmedDataAccessException" => "records of its stream were trimmed before they were read",
            "ResourceNotFoundException" => "a shard of its stream is gone",
            _ => gap,
        };
    }

    /// <summary>Begins once more with what is new, which makes void what is cached.</summary>
    private void GiveUp(string why)
    {
        (gap, streamArn, start) = (null, null, null);
        shards.Clear();
        OnGap?.Invoke(why);
    }

    /// <summary>Has the fences of records raised everywhere; false where that is not known, or a record is none of the table.</summary>
    private async Task<bool> TellAllAsync(IReadOnlyList<ChangeRecord> records)
    {
        foreach (ChangeRecord[] some in records.Chunk(EffectsAtOnce))
        {
            List<PeerEffect> effects;
            try
            {
                effects = [.. some.Select(record => caches.EffectOf(table!, record))];
            }
            catch (Exception)
            {
                gap = "a record of its stream does not fit the table";
                return false;
            }

            if (!await TellAsync(effects).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Has the fences raised everywhere; false with a fault where that is not known. Gives up when it is to stop.</summary>
    private async Task<bool> TellAsync(IReadOnlyList<PeerEffect> effects)
    {
        bool isTold = await caches.SpreadAsync(effects).AsTask().WaitAsync(stop).ConfigureAwait(false);
        Fault = isTold ? Fault : StreamFault.Group;
        return isTold;
    }

    /// <summary>Asks the backend; what it answers, with a fault noted if that is none, and null where it failed.</summary>
    private async Task<Reply?> AskAsync(Operation question)
    {
        Reply? reply = null;
        try
        {
            reply = await backend.ExecuteAsync(question, stop).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is asked again in the next round.
        }

        if (reply is null or ErrorReply)
        {
            (Fault, FaultCode) = (StreamFault.Backend, (reply as ErrorReply)?.Error.Name);
        }

        return reply;
    }
}
