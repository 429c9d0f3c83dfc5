using System.Collections.Concurrent;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Storage.Seals;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// The one writer. Callers queue their changes; a thread of its own takes what has gathered, makes all of it one transaction, and answers
/// each caller after the commit. So the cost of making a commit durable is shared by all who wait for it (group commit).
/// </summary>
/// <remarks>
/// A change that throws is undone together with its group; the others of the group are run again without it, so a change must take all it
/// reads from the session, and must leave effects outside the database to its <c>committed</c> step, which runs on the writer's thread
/// before the next group begins.
/// <para>
/// A change says by its kind what it may do to items. Most get a session, which cannot change any. A change of items has an origin: a
/// client's write, whose reply tells what it did, or the background. Then all it did to items is told to <see cref="BackgroundChanges"/>
/// after the commit and before any change of its group is answered, so no write that was committed with it or later is acknowledged before.
/// </para>
/// </remarks>
internal sealed class WriteQueue : IDisposable
{
    private const int MaxGroup = 512;

    private readonly SessionPool sessions;
    private readonly ItemHistory history;
    private readonly BlockingCollection<Change> waiting = [];
    private readonly Thread thread;

    /// <param name="sessions">Where the writer writes.</param>
    /// <param name="history">Keeps what items were before they are changed.</param>
    public WriteQueue(SessionPool sessions, ItemHistory history)
    {
        this.sessions = sessions;
        this.history = history;
        thread = new Thread(RunGroups) { IsBackground = true, Name = "engine writer" };
        thread.Start();
    }

    /// <summary>Told on the writer's thread of what changes in the background did to items. Must neither throw nor wait.</summary>
    public Action<IReadOnlyList<BackgroundChange>>? BackgroundChanges { get; set; }

    /// <summary>Queues a change that leaves items and index entries as they are, and answers its result when it is committed.</summary>
    /// <param name="change">Reads and writes rows; may run more than once.</param>
    /// <param name="committed">What follows a commit; null for nothing.</param>
    public Task<TResult> RunAsync<TResult>(Func<Session, TResult> change, Action<TResult>? committed = null) =>
        Enqueue(new Change<TResult>(change, committed, null));

    /// <summary>
    /// As <see cref="RunAsync{TResult}(Func{Session, TResult}, Action{TResult}?)"/>, for a change that decides what later changes do: it is
    /// the last of its group, so that all later ones find what its <c>committed</c> step shows.
    /// </summary>
    public Task<TResult> RunLastAsync<TResult>(Func<Session, TResult> change, Action<TResult>? committed = null) =>
        Enqueue(new Change<TResult>(change, committed, null) { IsLast = true });

    /// <summary>Queues a client's write of items, and answers its result when it is committed.</summary>
    /// <param name="origin">The request, whose reply carries the effect.</param>
    /// <param name="change">Reads and writes rows; may run more than once.</param>
    /// <param name="committed">What follows a commit; null for nothing.</param>
    public Task<TResult> RunAsync<TResult>(ClientWrite origin, Func<ItemRows, TResult> change, Action<TResult>? committed = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return Enqueue(new Change<TResult>(session => change(new Rows(session, null, history)), committed, null));
    }

    /// <summary>Queues a change of items that no client's write makes; answers its result when it is committed and has been told.</summary>
    /// <param name="change">Reads and writes rows; may run more than once.</param>
    /// <param name="committed">What follows a commit; null for nothing.</param>
    public Task<TResult> RunInBackgroundAsync<TResult>(Func<ItemRows, TResult> change, Action<TResult>? committed = null)
    {
        List<BackgroundChange> noted = [];
        return Enqueue(new Change<TResult>(
            session =>
            {
                noted.Clear();
                return change(new Rows(session, noted, history));
            },
            committed,
            () =>
            {
                if (noted.Count > 0)
                {
                    BackgroundChanges?.Invoke(noted);
                }
            }));
    }

    /// <summary>On the writer's thread: reads of all replicas that begin from now on see what is committed by now.</summary>
    public void CatchUp() => sessions.CatchUp();

    /// <summary>On the writer's thread: reads of indexes that begin from now on see what is committed by now.</summary>
    public void CatchUpIndexes() => sessions.CatchUpIndexes();

    /// <summary>Finishes what is queued and ends the writer.</summary>
    public void Dispose()
    {
        waiting.CompleteAdding();
        thread.Join();
        waiting.Dispose();
    }

    private Task<TResult> Enqueue<TResult>(Change<TResult> change)
    {
        waiting.Add(change);
        return change.Task;
    }

    private void RunGroups()
    {
        List<Change> group = [];
        foreach (Change first in waiting.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < MaxGroup && !group[^1].IsLast && waiting.TryTake(out Change? next))
            {
                group.Add(next);
            }

            sessions.Write(session => RunGroup(session, group));
            foreach (Change change in group)
            {
                change.Answer();
            }

            group.Clear();
        }
    }

    private static void RunGroup(Session session, List<Change> group)
    {
        List<Change> remaining = [.. group];
        while (remaining.Count > 0)
        {
            Change? failed = TryRun(session, remaining);
            if (failed is null)
            {
                return;
            }

            remaining.Remove(failed);
        }
    }

    /// <summary>Runs changes as one transaction; on a failure undoes it and names the change to leave out.</summary>
    private static Change? TryRun(Session session, List<Change> changes)
    {
        Change? running = null;
        try
        {
            session.Begin(isWrite: true);
            foreach (Change change in changes)
            {
                running = change;
                change.Run(session);
            }

            running = null;
            session.Commit();
        }
#pragma warning disable CA1031 // Whatever happened, the callers of this group must be told; the thread must live on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            TryRecover(session);
            if (running is not null)
            {
                running.Fail(exception);
                return running;
            }

            foreach (Change change in changes)
            {
                change.Fail(exception);
            }

            return null;
        }

        foreach (Change change in changes)
        {
            change.Commit();
        }

        return null;
    }

    private static void TryRecover(Session session)
    {
        try
        {
            session.Recover();
        }
        catch (Exception exception) when (exception is SqliteException or DamagedPageException)
        {
            // The failure that brought us here is the one to report; the next BEGIN fails too if the connection is beyond use.
        }
    }

    /// <summary>The only rows there are.</summary>
    private sealed class Rows(Session session, List<BackgroundChange>? noted, ItemHistory history) : ItemRows(session, noted, history);

    private abstract class Change
    {
        /// <summary>Whether no change follows it in its group.</summary>
        public bool IsLast { get; init; }

        public abstract void Run(Session session);

        public abstract void Commit();

        public abstract void Fail(Exception exception);

        public abstract void Answer();
    }

    private sealed class Change<TResult>(Func<Session, TResult> change, Action<TResult>? committed, Action? tell) : Change
    {
        private readonly TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TResult? result;
        private Exception? failure;

        public Task<TResult> Task => completion.Task;

        public override void Run(Session session) => result = change(session);

        public override void Commit()
        {
            committed?.Invoke(result!);
            tell?.Invoke();
        }

        public override void Fail(Exception exception) => failure = exception;

        public override void Answer()
        {
            if (failure is null)
            {
                completion.SetResult(result!);
            }
            else
            {
                completion.SetException(failure);
            }
        }
    }
}
