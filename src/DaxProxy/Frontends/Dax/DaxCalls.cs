using System.Buffers;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Peeks;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Core.Wire.Dax.Writing;
using DaxProxy.Memory;
using DaxProxy.Policies;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Dax;

/// <summary>Answers the requests of DAX clients, whole ones, one at a time for each connection. Thread-safe.</summary>
internal sealed class DaxCalls(
    DaxDefinitions definitions,
    ValidationProfile profile,
    IDynamoBackend backend,
    CacheLayer? caching,
    Authorizer? policies,
    IAttributeLists lists,
    Metrics metrics,
    RequestObserver? observer,
    RequestIds requestIds,
    AnswerGate answers,
    ILogger logger)
{
    /// <summary>What the gaps of an answer to one read take.</summary>
    private const int FewBytes = 64;

    private readonly CacheLayer? peek = caching is { IsPeeking: true } ? caching : null;
    private readonly OperationStatistics getItems = metrics.Of(Frontend.Dax, DaxMethod.GetItem.Name);

    /// <summary>Answers one request; nothing for those that have no answer. Throws only where the caller gave up.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="frame">The whole request; not touched any more once this has ended.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="output">
    /// Where the answer goes, all of it or none; to be flushed by the caller. A large one is left to it: <see cref="DaxCaller.Large"/>.
    /// </param>
    /// <param name="gone">The client is gone.</param>
    public ValueTask AnswerAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone) =>
        observer is not null && method.IsDataOperation && observer.Chooses(null, out ObservedChoice choice)
            ? ObserveAsync(choice, method, frame, caller, output, gone)
            : AnswerOneAsync(method, frame, caller, output, gone);

    private async ValueTask ObserveAsync(
        ObservedChoice choice,
        DaxMethod method,
        ReadOnlyMemory<byte> frame,
        DaxCaller caller,
        IBufferWriter<byte> output,
        CancellationToken gone)
    {
        // The connection lets no context flow, as waiting is cheaper so. This one has to, until this method ends.
        if (ExecutionContext.IsFlowSuppressed())
        {
            ExecutionContext.RestoreFlow();
        }

        ObservedRequest request = observer!.Begin(Frontend.Dax, choice);
        try
        {
            await AnswerOneAsync(method, frame, caller, output, gone).ConfigureAwait(false);
        }
        finally
        {
            request.End(method.Name, null);
        }
    }

    private ValueTask AnswerOneAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (method != DaxMethod.GetItem || definitions.FaultOf(caller) is not null || FindCached(frame.Span, caller) is not { } cached)
        {
            return AnswerSlowlyAsync(method, frame, caller, output, gone);
        }

        if (cached.DaxFace is not { } face)
        {
            return FinishAsync(cached, caller, output);
        }

        Write(face, caller, output);
        return default;
    }

    /// <summary>Writes an answer that is finished, or leaves it to the connection if it is large.</summary>
    private static void Write(ReadOnlyMemory<byte> finished, DaxCaller caller, IBufferWriter<byte> output)
    {
        if (finished.Length > InFlightBudget.SmallBytes)
        {
            caller.Large = new LargeDaxAnswer(DaxAnswer.Of(finished), []);
        }
        else
        {
            output.Write(finished.Span);
        }
    }

    /// <summary>Answers bytes that cannot be read any further.</summary>
    public void Refuse(DaxFraming why, IBufferWriter<byte> output) => Refuse(
        why switch
        {
            DaxFraming.TooLarge => DaxFaults.RequestTooLarge,
            DaxFraming.UnknownMethod => DaxFaults.UnknownMethod,
            _ => DaxFaults.NotDecodable,
        },
        output);

    /// <summary>Answers a request that is not read to its end.</summary>
    public void Refuse(DynamoError why, IBufferWriter<byte> output) => DaxAnswer.Of(why, requestIds.Next()).Write([], output);

    /// <summary>What requests of this caller are refused with now; null for nothing.</summary>
    public DynamoError? FaultOf(DaxCaller caller) => definitions.FaultOf(caller);

    /// <summary>What a request that has not been read to its end is refused with for who sends it; null for nothing.</summary>
    public DynamoError? RefuseUnread(DaxCaller caller) => definitions.Refuse(null, caller);

    /// <summary>
    /// The short way of a plain GetItem whose answer is cached. Says no to all that the long way would refuse, and to all it is not sure
    /// of.
    /// </summary>
    private CachedItem? FindCached(ReadOnlySpan<byte> frame, DaxCaller caller)
    {
        long startedAt = getItems.Start();
        try
        {
            if (peek is { MayPeek: true } && DaxPeek.TryServe(
                frame, peek.Catalog, peek.Items, policies?.AccessOf(caller.Identity!), out CachedItem? item))
            {
                getItems.CountHit(startedAt);
                if (observer is not null)
                {
                    ObservedRequest.Current?.NoteHit(getItems.Operation, item.TableName);
                }

                return item;
            }
        }
        catch (Exception exception)
        {
            Log.PeekFailed(logger, exception);
            peek!.Backend.Health.Report(exception);
        }

        return null;
    }

    /// <summary>Makes the answer that all readers of the item get from now on. It is finished even if a client leaves.</summary>
    private async ValueTask FinishAsync(CachedItem cached, DaxCaller caller, IBufferWriter<byte> output)
    {
        try
        {
            DaxAnswer answer = DaxAnswer.OfItem(cached.KeySchema, cached.Item);
            byte[] face = await FaceAsync(answer, CancellationToken.None).ConfigureAwait(false);
            peek!.Items.TryKeepDaxFace(cached, face);
            Write(face, caller, output);
        }
        catch (Exception exception)
        {
            Fail(exception, output);
        }
    }

    private async ValueTask AnswerSlowlyAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        try
        {
            DynamoError? refusal = method.IsDataOperation
                ? definitions.Refuse(method, caller) is { } unknown
                    ? Counted(method, unknown)
                    : await ExecuteAsync(method, frame, caller, output, gone).ConfigureAwait(false)
                : await definitions.ServeAsync(method, frame, caller, output, gone).ConfigureAwait(false);
            if (refusal is not null)
            {
                DaxAnswer.Of(refusal, NextId()).Write([], output);
            }
        }
        catch (Exception exception) when (!gone.IsCancellationRequested)
        {
            Fail(exception, output);
        }
    }

    /// <summary>Counts and logs what broke, and answers no more than that something did.</summary>
    public void Fail(Exception exception, IBufferWriter<byte> output)
    {
        string id = NextId();
        ObservedRequest.Current?.NoteError(TransportFaults.InternalServerError);
        metrics.Faults.Report(logger, Frontend.Dax, id, exception);
        DaxAnswer.Of(TransportFaults.InternalServerError, id).Write([], output);
    }

    /// <summary>Reads or writes items. Gives what the client is refused with; null when it has been answered.</summary>
    private async ValueTask<DynamoError?> ExecuteAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (DaxNeeds.TryFind(method, frame.Span, out DaxNeeds? needs) is { } unreadable)
        {
            return Counted(method, unreadable);
        }

        UnreadVerdict verdict = default;
        if (policies is not null)
        {
            verdict = await policies.JudgeUnreadAsync(method.Verb!, needs!.Tables, caller.Identity!, caller.Origin).ConfigureAwait(false);
            if (verdict.Refusal is { } never)
            {
                return Counted(method, never);
            }
        }

        Dictionary<string, TableInfo> tables = new(StringComparer.Ordinal);
        foreach (string name in needs!.Tables)
        {
            (TableInfo? table, DynamoError? fault) = await definitions.FindTableAsync(name, gone).ConfigureAwait(false);
            if (table is not null)
            {
                tables.Add(name, table);
            }
            else if (verdict.Uncertain is { } hidden)
            {
                policies!.NoteHidden(method.Verb!, name, caller.Identity!, caller.Origin);
                return Counted(method, hidden);
            }
            else if (fault!.Name != "ResourceNotFoundException")
            {
                return Counted(method, fault);
            }
        }

        Dictionary<int, AttributeNames> known = [];
        foreach (int id in needs.AttributeLists)
        {
            if (await lists.FindAsync(id, gone).ConfigureAwait(false) is not { } names)
            {
                // One unknown list is enough to refuse the request. Finding out that no node knows a list may take a while, and there may
                // be many.
                break;
            }

            known.Add(id, names);
        }

        if (DaxRequest.TryRead(method, frame.Span, tables, known, profile, out Operation? operation) is { } unfit)
        {
            if (verdict.Uncertain is null)
            {
                return Counted(method, unfit);
            }

            policies!.NoteHidden(method.Verb!, needs.Tables[0], caller.Identity!, caller.Origin);
            return Counted(method, verdict.Uncertain);
        }

        if (policies is not null
            && await policies.CheckAsync(operation!, caller.Identity!, caller.Origin, gone).ConfigureAwait(false) is { } refusal)
        {
            return Counted(method, verdict.Uncertain ?? refusal);
        }

        if (AnswerGate.IsFor(operation!) && (caller.Answer = await answers.TryTakeAsync(operation!, gone).ConfigureAwait(false)) is null)
        {
            return Counted(method, TransportFaults.RateExceeded);
        }

        Reply reply = await backend.ExecuteAsync(operation!, gone).ConfigureAwait(false);
        if (reply is LostReply)
        {
            caller.HasLostAnswer = true;
            return null;
        }

        if (caller.Answer is not null)
        {
            answers.Settle(caller.Answer, operation!, reply);
        }

        try
        {
            return await AnswerAsync(operation!, reply, tables, caller, output, gone).ConfigureAwait(false) is { } tooMuch
                ? Counted(method, tooMuch)
                : null;
        }
        catch (UnfitReplyException)
        {
            foreach (string table in tables.Keys)
            {
                definitions.Forget(table);
            }

            return Counted(method, TransportFaults.InternalServerError);
        }
    }

    /// <summary>
    /// Writes what came back. Gives what the client is refused with; null when it has been answered. <see cref="UnfitReplyException"/>, and
    /// nothing is written, where the protocol cannot say it.
    /// </summary>
    private async ValueTask<DynamoError?> AnswerAsync(
        Operation operation,
        Reply reply,
        Dictionary<string, TableInfo> tables,
        DaxCaller caller,
        IBufferWriter<byte> output,
        CancellationToken gone)
    {
        if (reply is PageReply { ConsumedCapacity: null } page)
        {
            await WritePageAsync((PageOperation)operation, page, tables, caller, output, gone).ConfigureAwait(false);
            return null;
        }

        DaxAnswer answer = DaxAnswer.Of(operation, reply, tables, NextId());
        if (operation is GetItem && answer.Length > InFlightBudget.SmallBytes
            && (caller.Answer = await answers.Budget.TryTakeForHeldAsync(answer.Length, gone).ConfigureAwait(false)) is null)
        {
            return TransportFaults.RateExceeded;
        }

        await WriteAsync(answer, caller, output, gone).ConfigureAwait(false);
        return null;
    }

    /// <summary>A fault of a request that the backend, which counts those it sees, is not asked.</summary>
    private DynamoError Counted(DaxMethod method, DynamoError fault)
    {
        OperationStatistics operation = metrics.Of(Frontend.Dax, method.Name);
        if (fault.StatusCode < 500)
        {
            operation.CountRefusal();
        }
        else
        {
            operation.CountFailure();
        }

        ObservedRequest.Current?.NoteError(fault);
        return fault;
    }

    private string NextId()
    {
        string id = requestIds.Next();
        if (ObservedRequest.Current is { } request)
        {
            request.Id = id;
        }

        return id;
    }

    /// <summary>
    /// Answers with the page's finished answer, or makes the one that all who ask the same from now on are given. That of a projection
    /// depends on the order of its paths, which the page's name does not.
    /// </summary>
    private async ValueTask WritePageAsync(
        PageOperation operation,
        PageReply page,
        Dictionary<string, TableInfo> tables,
        DaxCaller caller,
        IBufferWriter<byte> output,
        CancellationToken gone)
    {
        if (page.DaxFace is { } known)
        {
            Write(known, caller, output);
            return;
        }

        DaxAnswer answer = DaxAnswer.Of(operation, page, tables, NextId());
        if (!page.WantsDaxFace || operation.Projection is not null)
        {
            await WriteAsync(answer, caller, output, gone).ConfigureAwait(false);
            return;
        }

        byte[] face = await FaceAsync(answer, gone).ConfigureAwait(false);
        page.KeepDaxFace(tables[operation.TableName], face);
        Write(face, caller, output);
    }

    /// <summary>All bytes of an answer, to be kept for those who ask the same.</summary>
    private async ValueTask<byte[]> FaceAsync(DaxAnswer answer, CancellationToken gone)
    {
        int[] ids = await IdsAsync(answer, gone).ConfigureAwait(false);
        ArrayBufferWriter<byte> face = new(answer.Length + FewBytes);
        answer.Write(ids, face);
        return face.WrittenSpan.ToArray();
    }

    private async ValueTask WriteAsync(DaxAnswer answer, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        int[] ids = await IdsAsync(answer, gone).ConfigureAwait(false);
        if (answer.Length > InFlightBudget.SmallBytes)
        {
            caller.Large = new LargeDaxAnswer(answer, ids);
        }
        else
        {
            answer.Write(ids, output);
        }
    }

    private async ValueTask<int[]> IdsAsync(DaxAnswer answer, CancellationToken gone)
    {
        int[] ids = answer.Lists.Count == 0 ? [] : new int[answer.Lists.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = await lists.IdOfAsync(answer.Lists[i], gone).ConfigureAwait(false);
        }

        return ids;
    }
}
