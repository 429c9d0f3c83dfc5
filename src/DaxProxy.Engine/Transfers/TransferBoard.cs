using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Transfers;

/// <summary>
/// The exports, imports and bulk operations there are. Starts them, once for each token of a client, tells how far they are, and keeps that
/// in the store.
/// </summary>
/// <remarks>
/// Thread-safe. One that the end of the process interrupts has failed at the next start: what it has written stays. To take up an import or
/// a bulk put where it was would need its input to be as it was, which nothing guarantees.
/// </remarks>
internal sealed class TransferBoard : IDisposable
{
    /// <summary>Most of a kind that run at once. Source for imports: the service's quotas.</summary>
    public const int MostAtOnce = 50;

    /// <summary>How long a token stands for what was asked with it first. Source: the API's model.</summary>
    private static readonly TimeSpan TokenTime = TimeSpan.FromHours(8);

    /// <summary>How long one that has ended is listed. Source: the service's developer guide.</summary>
    private static readonly TimeSpan KeptTime = TimeSpan.FromDays(90);

    private const string Cancelling = "CANCELLING";
    private const int TokenParts = 7;
    private const int TokenPartLength = 16;

    private readonly WriteQueue writes;
    private readonly SessionPool sessions;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, TransferRun> running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> works = new();
    private readonly CancellationTokenSource stop = new();

    public TransferBoard(WriteQueue writes, SessionPool sessions, TimeProvider time)
    {
        this.writes = writes;
        this.sessions = sessions;
        this.time = time;
    }

    /// <summary>Ends what a former process has left: called before anything is served, with the writer's session.</summary>
    public static void FailInterrupted(Session session, DateTimeOffset now)
    {
        List<TransferState> unfinished = TransferRows.Unfinished(session);
        if (unfinished.Count == 0)
        {
            return;
        }

        session.Begin(isWrite: true);
        foreach (TransferState state in unfinished)
        {
            TransferRows.Update(session, state with
            {
                Status = "FAILED",
                EndTime = now,
                FailureCode = "Interrupted",
                FailureMessage = "DaxProxy ended before this did. What was written stays; start it again.",
            });
        }

        session.Commit();
    }

    /// <summary>Starts one, or gives the one that was started with the same token.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="subject">What was asked for besides <see cref="TransferOperation.Sent"/>.</param>
    /// <param name="begin">Within a change: what belongs to its beginning. It may have ended already.</param>
    /// <param name="committed">After the commit, for one that is new.</param>
    /// <param name="work">The work; gives how it ended.</param>
    public async Task<(TransferState? State, DynamoError? Error)> StartAsync(
        TransferKind kind,
        TransferOperation request,
        string subject,
        Func<Session, (TransferState? State, DynamoError? Error)> begin,
        Action committed,
        Func<TransferRun, CancellationToken, Task<TransferState>> work)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{subject}\n{request.Sent}"));
        (TransferRun? run, TransferState? state, DynamoError? error) = await writes.RunAsync<(TransferRun?, TransferState?, DynamoError?)>(
            session =>
            {
                DateTimeOffset now = time.GetUtcNow();
                TransferRows.Forget(session, now - KeptTime);
                if (request.ClientToken is { } token && TransferRows.FindToken(session, kind, token, now - TokenTime) is { } known)
                {
                    return known.Digest.AsSpan().SequenceEqual(digest) ? (null, known.State, null) : (null, null, kind.TokenMismatch);
                }

                if (TransferRows.CountRunning(session, kind) >= MostAtOnce)
                {
                    return (null, null, TransferFaults.TooMany(MostAtOnce));
                }

                (TransferState? begun, DynamoError? refusal) = begin(session);
                if (begun is not null)
                {
                    TransferRows.Insert(session, kind, request.ClientToken, digest, begun);
                }

                return (begun is null ? null : new TransferRun(kind, begun), begun, refusal);
            },
            started =>
            {
                if (started.Item1 is { } run)
                {
                    committed();
                    if (!run.State.HasEnded)
                    {
                        running[run.State.Arn] = run;
                    }
                }
            }).ConfigureAwait(false);
        if (run is { State.HasEnded: false })
        {
            Task task = Task.Run(() => RunAsync(run, work));
            works.TryAdd(task, true);
            _ = task.ContinueWith(ended => works.TryRemove(ended, out _), TaskScheduler.Default);
        }

        return (state, error);
    }

    /// <summary>How far one is; null when there is none.</summary>
    public TransferState? Find(TransferKind kind, string arn) => running.TryGetValue(arn, out TransferRun? run) && run.Kind == kind
        ? run.State
        : sessions.Read((kind, arn), static (session, key) => TransferRows.Find(session, key.kind, key.arn));

    /// <summary>A page of a list, the newest first; the token is null on the last page.</summary>
    public (TransferListReply? Page, DynamoError? Error) List(TransferKind kind, string? tableArn, int? maxResults, string? nextToken)
    {
        if (!TryReadToken(nextToken, out long below))
        {
            return (null, TransferFaults.InvalidNextToken(nextToken!));
        }

        int most = Math.Clamp(maxResults ?? kind.MostOnAPage, 1, kind.MostOnAPage);
        List<(long Id, TransferState State)> found = sessions.Read(
            (kind, tableArn, below, most),
            static (session, page) => TransferRows.List(session, page.kind, page.tableArn, page.below, page.most + 1));
        bool isCut = found.Count > most;
        return (new TransferListReply(
            [.. found.Take(most).Select(one => running.TryGetValue(one.State.Arn, out TransferRun? run) ? run.State : one.State)],
            isCut ? TokenOf(found[most - 1].Id) : null), null);
    }

    /// <summary>Has one end that runs; gives how far it is. Null when there is none, running or ended.</summary>
    public Task<TransferState?> CancelAsync(TransferKind kind, string arn) => writes.RunAsync(
        session =>
        {
            // The row, as an end that is committed with this is not in memory yet.
            TransferState? current = TransferRows.Find(session, kind, arn);
            if (current is not { HasEnded: false })
            {
                return current;
            }

            TransferState cancelled = current with { Status = Cancelling };
            TransferRows.Update(session, cancelled);
            return cancelled;
        },
        state =>
        {
            // What else was committed with this may have gone on meanwhile.
            if (state is { Status: Cancelling } && running.TryGetValue(arn, out TransferRun? run))
            {
                run.Change(static now => now.HasEnded ? now : now with { Status = Cancelling });
                run.Cancel();
            }
        });

    /// <summary>Has everything stop, and waits for it. What has not ended then will have failed at the next start.</summary>
    public void Dispose()
    {
        stop.Cancel();
        Task.WhenAll(works.Keys).Wait();
        stop.Dispose();
    }

    /// <summary>The resource name of one that begins.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="tableArn">Resource name of its table.</param>
    /// <param name="now">When it begins.</param>
    public static string NewArn(TransferKind kind, string tableArn, DateTimeOffset now) =>
        $"{tableArn}/{kind.Name}/{now.ToUnixTimeMilliseconds():d14}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    /// <summary>The last part of a resource name, which names things of one kind apart.</summary>
    public static string IdOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    private async Task RunAsync(TransferRun run, Func<TransferRun, CancellationToken, Task<TransferState>> work)
    {
        TransferState end;
        try
        {
            end = await work(run, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (TransferFailureException failure)
        {
            end = Failed(run, failure.Code, failure.Message);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Its text names paths of this machine.
            end = Failed(run, "S3AccessDenied", "An object of the bucket could not be read or written.");
        }
#pragma warning disable CA1031 // Whatever happened, its client must be told.
        catch (Exception)
#pragma warning restore CA1031
        {
            end = Failed(run, "InternalServerError", TransportFaults.InternalServerError.Message!);
        }

        end = end with { EndTime = time.GetUtcNow() };
        try
        {
            await writes.RunAsync(
                session =>
                {
                    TransferRows.Update(session, end);
                    return end;
                },
                ended =>
                {
                    // A client that sees the end can use the table.
                    run.Ended?.Invoke();
                    run.Change(_ => ended);
                }).ConfigureAwait(false);
            running.TryRemove(end.Arn, out _);
        }
#pragma warning disable CA1031 // As long as the process lives, it is told from memory; at the next start it will have failed.
        catch (Exception)
#pragma warning restore CA1031
        {
            run.Change(_ => end);
            await FollowUnnotedAsync(run).ConfigureAwait(false);
        }
    }

    /// <summary>What follows the end of one whose end could not be noted: its table must not stay as it is being made.</summary>
    private async Task FollowUnnotedAsync(TransferRun run)
    {
        try
        {
            await writes.RunAsync(static _ => true, _ => run.Ended?.Invoke()).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The store takes no changes at all; the next start sees to it.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static TransferState Failed(TransferRun run, string code, string message) =>
        run.State with { Status = "FAILED", FailureCode = code, FailureMessage = message };

    /// <summary>As long as the model of ListImports says that such a token is.</summary>
    private static string TokenOf(long id) =>
        id.ToString("x16", CultureInfo.InvariantCulture) + new string('0', (TokenParts - 1) * TokenPartLength);

    private static bool TryReadToken(string? token, out long below)
    {
        below = long.MaxValue;
        return token is null
            || (token.Length == TokenParts * TokenPartLength
                && token.AsSpan(TokenPartLength).TrimStart('0').IsEmpty
                && long.TryParse(
                    token.AsSpan(0, TokenPartLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out below));
    }
}
