using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Writes;

/// <summary>
/// The bulk operations that go on writing after their answer. Their tables are kept out of the caches: they are neither served nor filled.
/// This begins before the client is told that its operation was accepted, and lasts until a while after the operation is known to have
/// ended.
/// </summary>
/// <remarks>
/// Thread-safe; ends its questions when it is disposed of. The backend is asked for the state of each operation at growing intervals;
/// answers to clients tell it too. Where the state cannot be learnt, the tables stay out for a bounded time, counted from when the
/// operation was last known to run. If its start had no answer, not even its ARN is known: then it is looked for among all operations of
/// the account.
/// <code>
/// field           read by   written under gate by
/// watched         gate      Begin, TryEnd, Dispose
/// Watch.*At       gate      Begin; its own questions
/// </code>
/// The lock is taken before that of the catalog.
/// </remarks>
public sealed class BulkWrites : IDisposable
{
    /// <summary>When an operation is asked for first.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(2);

    /// <summary>How far apart the questions become.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Most operations that are told apart; further ones keep all tables out of the caches.</summary>
    public const int MostWatched = 1000;

    /// <summary>Pages of a list that are read: more than ninety days of operations fill.</summary>
    private const int MostPages = 10_000;

    /// <summary>Longest name of a table. Source: the model of the API.</summary>
    private const int MaxNameLength = 255;

    private readonly IDynamoBackend backend;
    private readonly TableCatalog catalog;
    private readonly TimeSpan settling;
    private readonly TimeSpan bound;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly HashSet<Watch> watched = [];
    private readonly CancellationTokenSource stop = new();

    /// <summary>Nothing is known to run yet.</summary>
    /// <param name="backend">Who is asked.</param>
    /// <param name="catalog">The tables that the caches know.</param>
    /// <param name="settling">How long after its end an operation's last writes may be missed by reads, or a start of unknown outcome may
    /// still arrive.</param>
    /// <param name="bound">How long an operation is taken to run whose state cannot be learnt.</param>
    /// <param name="time">The clock.</param>
    public BulkWrites(IDynamoBackend backend, TableCatalog catalog, TimeSpan settling, TimeSpan bound, TimeProvider time)
    {
        this.backend = backend;
        this.catalog = catalog;
        this.settling = settling;
        this.bound = bound;
        this.time = time;
    }

    /// <summary>Told that tables are out of the caches from now on: their names, or nothing for all of them. Must not throw.</summary>
    public Action<string>? OnBegun { get; init; }

    /// <summary>Told that tables are cached again once reads are settled, as the operation has ended. Must not throw.</summary>
    public Action<string>? OnEnded { get; init; }

    /// <summary>Told, once in a row, that the state of the operation cannot be learnt. Must not throw.</summary>
    public Action<string>? OnUnknown { get; init; }

    /// <summary>
    /// Told that tables are cached again although the state of the operation could not be learnt for the whole bound. Must not throw.
    /// </summary>
    public Action<string>? OnGivenUp { get; init; }

    /// <summary>Told why running operations could not be listed: the name of an error. Must not throw.</summary>
    public Action<string>? OnUnlisted { get; init; }

    /// <summary>Has the start of an operation answered, and takes its tables out of the caches unless it was refused.</summary>
    /// <param name="start">The request.</param>
    /// <param name="peers">Who else keeps these tables out of its caches, before the answer is let go; null where no one is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<Reply> StartAsync(ForwardedOperation start, IPeers? peers, CancellationToken cancellationToken)
    {
        Reply? reply = null;
        bool isTold = true;
        try
        {
            reply = await backend.ExecuteAsync(start, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!IsRefused(reply))
            {
                BulkOperation? told = (reply as ForwardedReply)?.BulkOperation;
                BulkOperation begun = new(told?.Arn ?? "", true, start.ChangedTables is { Count: > 0 } named ? named : told?.Tables ?? []);
                Hear(begun);
                isTold = peers is null || await peers.TellAsync([new PeerEffect.OfBulkOperation(begun)]).ConfigureAwait(false);
            }
        }

        return isTold ? reply : new ErrorReply(TransportFaults.InternalServerError);
    }

    /// <summary>An operation has begun, here or through a peer; its resource name is empty where that is not known.</summary>
    internal void Hear(BulkOperation begun) => Begin(begun.Arn.Length == 0 ? null : begun.Arn, begun.Tables);

    /// <summary>Takes note of what a client is answered about an operation.</summary>
    internal void Note(BulkOperation operation)
    {
        if (operation.IsRunning)
        {
            if (operation.Tables.Count > 0)
            {
                Begin(operation.Arn, operation.Tables);
            }

            return;
        }

        Watch? ended;
        lock (gate)
        {
            ended = watched.FirstOrDefault(watch => watch.Arn == operation.Arn);
        }

        if (ended is not null)
        {
            TryEnd(ended, OnEnded);
        }
    }

    /// <summary>
    /// Looks for operations that run already, as after a restart, and takes their tables out of the caches. Goes on until the backend has
    /// told, or refused to tell. Never fails.
    /// </summary>
    public async Task FindRunningAsync()
    {
        try
        {
            for (TimeSpan wait = FirstWait; ; wait = Longer(wait))
            {
                Listing listing = await ListAsync().ConfigureAwait(false);
                if (listing.Running is { } running)
                {
                    running.ForEach(Note);
                    return;
                }

                if (wait == FirstWait)
                {
                    OnUnlisted?.Invoke(listing.Fault?.Name ?? "NoAnswer");
                }

                if (listing.Fault is { StatusCode: < 500 })
                {
                    return;
                }

                await Task.Delay(wait, time, stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // The process ends, and the caches with it.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        lock (gate)
        {
            foreach (Watch watch in watched)
            {
                watch.Question.Dispose();
            }

            watched.Clear();
        }

        stop.Dispose();
    }

    private static bool IsName(string name) =>
        name.Length <= MaxNameLength && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.');

    private static TimeSpan Longer(TimeSpan wait) => 2 * wait < LongestWait ? 2 * wait : LongestWait;

    private static bool IsRefused(Reply? reply) =>
        reply is ForwardedReply { StatusCode: >= 400 and < 500 } or ErrorReply { Error.StatusCode: < 500 } or { Effect: KnownEffect.None };

    private void Begin(string? arn, IReadOnlyList<string> tables)
    {
        List<string> names = [.. tables.Select(TableCatalog.PlainName).Where(IsName).Distinct().Order(StringComparer.Ordinal)];
        if (names.Count == 0 && tables.Count > 0)
        {
            // No table is called that.
            return;
        }

        Watch watch;
        lock (gate)
        {
            bool isTooMany = watched.Count >= MostWatched;
            watch = new Watch(isTooMany ? [] : names, time.GetUtcNow()) { Arn = isTooMany ? null : arn };
            if (watched.FirstOrDefault(watch.IsSameAs) is { } same)
            {
                (same.BegunAt, same.KnownAt) = (watch.BegunAt, watch.KnownAt);
                return;
            }

            watch.Question = time.CreateTimer(_ => _ = AskAsync(watch), null, FirstWait, Timeout.InfiniteTimeSpan);
            watched.Add(watch);
            Hold(watch);
        }

        OnBegun?.Invoke(watch.ToString());
    }

    private void Hold(Watch watch)
    {
        if (watch.Tables.Count == 0)
        {
            catalog.HoldAll();
        }

        foreach (string table in watch.Tables)
        {
            catalog.Hold(table);
        }
    }

    /// <summary>
    /// Reads may not show its last writes yet, so the tables are not known for a while longer. False if it was begun again.
    /// </summary>
    private bool TryEnd(Watch watch, Action<string>? told, DateTimeOffset? begunAt = null)
    {
        lock (gate)
        {
            if (begunAt is not null && begunAt != watch.BegunAt)
            {
                return false;
            }

            if (!watched.Remove(watch))
            {
                return true;
            }

            watch.Question.Dispose();
            if (watch.Tables.Count == 0)
            {
                catalog.SuspendAll(settling);
                catalog.ReleaseAll();
            }

            foreach (string table in watch.Tables)
            {
                catalog.Suspend(table, settling);
                catalog.Release(table);
            }
        }

        told?.Invoke(watch.ToString());
        return true;
    }

    /// <summary>Asks once, and sees to it that it is asked again if need be. Never fails.</summary>
    private async Task AskAsync(Watch watch)
    {
        if (!IsWatched(watch, out DateTimeOffset begunAt))
        {
            return;
        }

        bool? isRunning = await IsRunningAsync(watch, begunAt).ConfigureAwait(false);
        if (isRunning == false && TryEnd(watch, OnEnded, begunAt))
        {
            return;
        }

        if (isRunning is null && !watch.IsUnknown)
        {
            OnUnknown?.Invoke(watch.ToString());
        }

        watch.IsUnknown = isRunning is null;
        if (IsWithinBound(watch))
        {
            watch.Wait = Longer(watch.Wait);
            watch.Question.Change(watch.Wait, Timeout.InfiniteTimeSpan);
        }
        else
        {
            TryEnd(watch, OnGivenUp);
        }
    }

    private bool IsWatched(Watch watch, out DateTimeOffset begunAt)
    {
        lock (gate)
        {
            begunAt = watch.BegunAt;
            return watched.Contains(watch);
        }
    }

    /// <summary>Whether to go on asking; the bound counts from when it was last known to run.</summary>
    private bool IsWithinBound(Watch watch)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            watch.KnownAt = watch.IsUnknown ? watch.KnownAt : now;
            return now < watch.KnownAt + bound;
        }
    }

    /// <summary>Whether an operation runs; null where that cannot be known now.</summary>
    private async Task<bool?> IsRunningAsync(Watch watch, DateTimeOffset begunAt)
    {
        if (watch.Arn is { } arn)
        {
            return (await DescribeAsync(arn).ConfigureAwait(false) as DescribeBulkOperationReply)?.Operation.IsRunning;
        }

        // Whichever runs on these tables may be the one. Whether it may still begin is looked at first: what began before that is in the
        // list.
        bool mayStillBegin = time.GetUtcNow() < begunAt + settling;
        return (await ListAsync().ConfigureAwait(false)).Running is { } running ? mayStillBegin || running.Any(watch.Concerns) : null;
    }

    /// <summary>All operations that run.</summary>
    private async Task<Listing> ListAsync()
    {
        List<BulkOperation> running = [];
        string? next = null;
        for (int page = 0; page < MostPages; page++)
        {
            Reply? reply = await PutAsync(new ListBulkOperations { NextToken = next }).ConfigureAwait(false);
            if (reply is not ListBulkOperationsReply list)
            {
                return new Listing(null, (reply as ErrorReply)?.Error);
            }

            foreach (string arn in list.Running)
            {
                Reply? answer = await DescribeAsync(arn).ConfigureAwait(false);
                if (answer is not DescribeBulkOperationReply described)
                {
                    return new Listing(null, (answer as ErrorReply)?.Error);
                }

                running.Add(described.Operation);
            }

            next = list.NextToken;
            if (next is null)
            {
                return new Listing(running, null);
            }
        }

        return default;
    }

    private Task<Reply?> DescribeAsync(string arn) => PutAsync(new DescribeBulkOperation { BulkOperationArn = arn });

    private async Task<Reply?> PutAsync(Operation question)
    {
        try
        {
            return await backend.ExecuteAsync(question, stop.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nothing was learnt. The next question may fare better.
            return null;
        }
    }

    /// <summary>The operations that run; null where they were not told, with the error if there was one.</summary>
    private readonly record struct Listing(List<BulkOperation>? Running, DynamoError? Fault);

    /// <summary>One operation that runs, as far as is known.</summary>
    /// <param name="tables">The names of the tables that it writes; none for any.</param>
    /// <param name="begunAt">When that became known.</param>
    private sealed class Watch(List<string> tables, DateTimeOffset begunAt)
    {
        /// <summary>What it is asked for by; null where its start had no answer.</summary>
        public string? Arn { get; init; }

        public List<string> Tables => tables;

        /// <summary>When it began, at the latest.</summary>
        public DateTimeOffset BegunAt { get; set; } = begunAt;

        /// <summary>When it was last known to run.</summary>
        public DateTimeOffset KnownAt { get; set; } = begunAt;

        /// <summary>Whether the last question had no answer. Belongs to the question under way; there is one at a time.</summary>
        public bool IsUnknown { get; set; }

        /// <summary>How long is waited before the next question. Belongs to the question under way.</summary>
        public TimeSpan Wait { get; set; } = FirstWait;

        /// <summary>Asks when it is due.</summary>
        public ITimer Question { get; set; } = null!;

        /// <summary>By its ARN; of two that have none, by the tables.</summary>
        public bool IsSameAs(Watch other) => Arn == other.Arn && (Arn is not null || tables.SequenceEqual(other.Tables));

        public bool Concerns(BulkOperation operation) =>
            operation.IsRunning
            && (tables.Count == 0 || operation.Tables.Count == 0 || operation.Tables.Select(TableCatalog.PlainName).Any(tables.Contains));

        public override string ToString() => tables.Count == 0 ? "all tables" : string.Join(", ", tables);
    }
}
