using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Following;

/// <summary>
/// Keeps the caches near to one table's stream: reads it where that is this process's part, and opens the table to readers for as long as
/// it is known that they are.
/// </summary>
internal sealed class StreamFollower
{
    /// <summary>How long to wait after a round with records.</summary>
    private static readonly TimeSpan ActivePause = TimeSpan.FromMilliseconds(250);

    /// <summary>How long to wait at most after a round that failed.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private const long Never = long.MinValue;

    private readonly string tableName;
    private readonly TimeSpan maxLag;
    private readonly StreamFollowers owner;
    private readonly ServingGate freshness;
    private readonly TimeProvider time;
    private readonly TimeSpan idlePause;
    private StreamReader? reader;
    private long knownAt;
    private long completeAt = Never;
    private int failures;
    private bool isTold;
    private volatile StreamFollowerStatus status;

    /// <summary>A follower that has not begun.</summary>
    public StreamFollower(CatalogTable table, StreamFollowers owner)
    {
        tableName = table.Info.TableName;
        maxLag = table.Settings.MaxStreamLag!.Value;
        freshness = table.Freshness!;
        this.owner = owner;
        time = owner.Time;
        idlePause = TimeSpan.FromSeconds(Math.Clamp(maxLag.TotalSeconds / 8, 0.05, 1));
        knownAt = time.GetTimestamp();
        status = new StreamFollowerStatus(tableName, false, false, null, 0, 0, 0, StreamFault.None, null);
    }

    /// <summary>How it stands.</summary>
    public StreamFollowerStatus Status
    {
        get
        {
            long at = Volatile.Read(ref completeAt);
            return status with { IsFresh = freshness.IsOpen, Lag = at == Never ? null : time.GetElapsedTime(at) + Delay };
        }
    }

    /// <summary>How long the stream may take to show a change: as long as reads of the backend may miss it.</summary>
    private TimeSpan Delay => owner.Backend.ReadLag.Replica;

    /// <summary>What the reader has reached; null for nothing.</summary>
    private StreamStatement? Statement => reader is { CompleteAt: { } at, Place: { } place }
        ? new StreamStatement(place.ToString(), at)
        : null;

    /// <summary>Follows until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await StepAsync().ConfigureAwait(false);
            }
            catch (Exception)
            {
                // The ledger did not answer, so others may read by now; or a record was none.
                pause = Failed(StreamFault.Group, null);
            }

            TellOf();
            try
            {
                await Task.Delay(pause, time, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One round; how long to wait before the next.</summary>
    internal async Task<TimeSpan> StepAsync()
    {
        if (!owner.Catalog.Gate.IsOpen)
        {
            return idlePause;
        }

        bool hadRecords = false;
        if (reader is not null)
        {
            long before = reader.Records;
            hadRecords = await reader.RoundAsync().ConfigureAwait(false);
            Open(reader.CompleteAt, reader.Records - before);
        }

        long askedAt = time.GetTimestamp();
        StreamRole role = await owner.Ledger.AskAsync(tableName, Statement).WaitAsync(LongestPause, time, owner.Stop).ConfigureAwait(false);
        if (!role.IsReader)
        {
            reader = null;
            failures = 0;
            Open(role.Age is { } age ? askedAt - TicksOf(age) : null, 0);
            return idlePause;
        }

        if (reader is null || role.IsNew)
        {
            reader = new StreamReader(tableName, owner.Backend, owner.Caches, owner.Catalog, maxLag, time, owner.Stop) { OnGap = NoteGap };
            if (StreamPlace.Parse(role.Place) is { } place && role.Age is { } reached)
            {
                reader.Resume(place, askedAt - TicksOf(reached));
            }

            return TimeSpan.Zero;
        }

        if (reader.Fault != StreamFault.None)
        {
            return Failed(reader.Fault, reader.FaultCode);
        }

        failures = 0;
        return hadRecords && ActivePause < idlePause ? ActivePause : idlePause;
    }

    /// <summary>The caches have everything that the stream shows of a time; null where that is not known.</summary>
    private void Open(long? shownAt, long records)
    {
        if (shownAt is { } at)
        {
            freshness.OpenUntil(at + TicksOf(maxLag - Delay));
            Volatile.Write(ref completeAt, at);
        }

        status = status with
        {
            IsReader = reader is not null,
            Shards = reader?.Shards ?? 0,
            Records = status.Records + records,
            Fault = reader?.Fault ?? StreamFault.None,
            FaultCode = reader?.FaultCode,
        };
    }

    private TimeSpan Failed(StreamFault fault, string? code)
    {
        status = status with { Fault = fault, FaultCode = code };
        TimeSpan pause = idlePause * (1 << Math.Min(failures++, 4));
        return pause < LongestPause ? pause : LongestPause;
    }

    private void NoteGap(string why)
    {
        status = status with { Gaps = status.Gaps + 1 };
        owner.OnGap?.Invoke(tableName, why);
    }

    /// <summary>Tells once that the table is not answered from the caches, and once that it is again.</summary>
    private void TellOf()
    {
        if (freshness.IsOpen)
        {
            knownAt = time.GetTimestamp();
            if (isTold)
            {
                isTold = false;
                owner.OnCaughtUp?.Invoke(tableName);
            }
        }
        else if (!isTold && (status.Fault == StreamFault.NoStream || time.GetElapsedTime(knownAt) > maxLag))
        {
            isTold = true;
            owner.OnBehind?.Invoke(Status);
        }
    }

    private long TicksOf(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
