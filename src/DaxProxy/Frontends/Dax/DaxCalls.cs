using System.Buffers;
using System.Text;
using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Dax;

/// <summary>Answers the requests of DAX clients, whole ones, one at a time for each connection. Thread-safe.</summary>
internal sealed class DaxCalls(
    ProxyOptions options,
    IDynamoBackend backend,
    BackendStack backends,
    IAttributeLists lists,
    ConnectionVerifier? verifier,
    Metrics metrics,
    RequestIds requestIds,
    ILogger logger,
    TimeProvider time)
{
    private readonly TableCatalog catalog = backends.Catalog;
    private readonly ItemCache? peek = backends.Caching is { IsPeeking: true } caching ? caching.Items : null;
    private readonly OperationStatistics getItems = metrics.Of(DaxMethod.GetItem.Name);
    private readonly DaxNodes nodes = new(options.Dax);
    private readonly ValidationProfile profile = options.Backend.ValidationProfile;

    /// <summary>Answers one request; nothing for those that have no answer. Throws only where the caller gave up.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="frame">The whole request; not touched any more once this has ended.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="output">Where the answer goes, all of it or none; to be flushed by the caller.</param>
    /// <param name="gone">The client is gone.</param>
    public ValueTask AnswerAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (method != DaxMethod.GetItem || FaultOf(caller) is not null || FindCached(frame.Span) is not { } cached)
        {
            return AnswerSlowlyAsync(method, frame, caller, output, gone);
        }

        if (cached.DaxFace is not { } face)
        {
            return FinishAsync(cached, output);
        }

        output.Write(face);
        return default;
    }

    /// <summary>Answers bytes that cannot be read any further.</summary>
    public void Refuse(DaxFraming why, IBufferWriter<byte> output) => DaxAnswer.Of(
        why switch
        {
            DaxFraming.TooLarge => DaxFaults.RequestTooLarge,
            DaxFraming.UnknownMethod => DaxFaults.UnknownMethod,
            _ => DaxFaults.NotDecodable,
        },
        requestIds.Next()).Write([], output);

    private DynamoError? FaultOf(DaxCaller caller) => verifier is null ? null : caller.FaultAt(time.GetUtcNow());

    /// <summary>
    /// The short way of a plain GetItem whose answer is cached. Says no to whatever the long way would refuse, and to all it is not sure of.
    /// </summary>
    private CachedItem? FindCached(ReadOnlySpan<byte> frame)
    {
        long startedAt = getItems.Start();
        try
        {
            if (peek is not null && DaxPeek.TryServe(frame, catalog, peek, out CachedItem? item))
            {
                getItems.CountSuccess(startedAt);
                return item;
            }
        }
        catch (Exception exception)
        {
            Log.PeekFailed(logger, exception);
            backends.Caching!.Backend.Health.Report(exception);
        }

        return null;
    }

    /// <summary>Makes the answer that all who ask for the item from now on are given. Nobody's leaving cuts it short.</summary>
    private async ValueTask FinishAsync(CachedItem cached, IBufferWriter<byte> output)
    {
        try
        {
            ArrayBufferWriter<byte> face = new(cached.Face.Body.Length + 64);
            await WriteAsync(DaxAnswer.OfItem(cached.KeySchema, cached.Item), face, CancellationToken.None).ConfigureAwait(false);
            peek!.TryKeepDaxFace(cached, face.WrittenSpan.ToArray());
            output.Write(face.WrittenSpan);
        }
        catch (Exception exception)
        {
            string id = requestIds.Next();
            Log.RequestFailed(logger, id, exception);
            DaxAnswer.Of(TransportFaults.InternalServerError, id).Write([], output);
        }
    }

    private async ValueTask AnswerSlowlyAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        try
        {
            DynamoError? refusal = method.IsDataOperation
                ? FaultOf(caller) is { } unknown ? Counted(method, unknown) : await ExecuteAsync(method, frame, output, gone).ConfigureAwait(false)
                : await ServeAsync(method, frame, caller, output, gone).ConfigureAwait(false);
            if (refusal is not null)
            {
                DaxAnswer.Of(refusal, requestIds.Next()).Write([], output);
            }
        }
        catch (Exception exception) when (!gone.IsCancellationRequested)
        {
            string id = requestIds.Next();
            Log.RequestFailed(logger, id, exception);
            DaxAnswer.Of(TransportFaults.InternalServerError, id).Write([], output);
        }
    }

    /// <summary>Reads or writes items. Gives what the client is refused with; null when it has been answered.</summary>
    private async ValueTask<DynamoError?> ExecuteAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (DaxNeeds.TryFind(method, frame.Span, out DaxNeeds? needs) is { } unreadable)
        {
            return Counted(method, unreadable);
        }

        Dictionary<string, TableInfo> tables = new(StringComparer.Ordinal);
        foreach (string name in needs!.Tables)
        {
            (TableInfo? table, DynamoError? fault) = await FindTableAsync(name, gone).ConfigureAwait(false);
            if (table is null && fault!.Name != "ResourceNotFoundException")
            {
                return Counted(method, fault!);
            }

            if (table is not null)
            {
                tables.Add(name, table);
            }
        }

        Dictionary<int, AttributeNames> known = [];
        foreach (int id in needs.AttributeLists)
        {
            if (await lists.FindAsync(id, gone).ConfigureAwait(false) is { } names)
            {
                known.Add(id, names);
            }
        }

        if (DaxRequest.TryRead(method, frame.Span, tables, known, profile, out Operation? operation) is { } fault2)
        {
            return Counted(method, fault2);
        }

        Reply reply = await backend.ExecuteAsync(operation!, gone).ConfigureAwait(false);
        if (reply is PageReply { ConsumedCapacity: null } page)
        {
            await WritePageAsync((PageOperation)operation!, page, tables, output, gone).ConfigureAwait(false);
            return null;
        }

        DaxAnswer answer = DaxAnswer.Of(operation!, reply, tables, requestIds.Next());
        await WriteAsync(answer, output, gone).ConfigureAwait(false);
        return null;
    }

    /// <summary>A fault of a request that the backend, which counts those it sees, is not asked.</summary>
    private DynamoError Counted(DaxMethod method, DynamoError fault)
    {
        OperationStatistics operation = metrics.Of(method.Name);
        if (fault.StatusCode < 500)
        {
            operation.CountRefusal();
        }
        else
        {
            operation.CountFailure();
        }

        return fault;
    }

    /// <summary>
    /// Answers with the page's finished answer, or makes the one that all who ask the same from now on are given. That of a projection depends on the order of its
    /// paths, which the page's name does not.
    /// </summary>
    private async ValueTask WritePageAsync(
        PageOperation operation, PageReply page, Dictionary<string, TableInfo> tables, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (page.DaxFace is { } known)
        {
            output.Write(known);
            return;
        }

        DaxAnswer answer = DaxAnswer.Of(operation, page, tables, requestIds.Next());
        if (!page.WantsDaxFace || operation.Projection is not null)
        {
            await WriteAsync(answer, output, gone).ConfigureAwait(false);
            return;
        }

        ArrayBufferWriter<byte> face = new(page.Face!.Value.Body.Length);
        await WriteAsync(answer, face, gone).ConfigureAwait(false);
        page.KeepDaxFace(tables[operation.TableName], face.WrittenSpan.ToArray());
        output.Write(face.WrittenSpan);
    }

    private async ValueTask WriteAsync(DaxAnswer answer, IBufferWriter<byte> output, CancellationToken gone)
    {
        int[] ids = answer.Lists.Count == 0 ? [] : new int[answer.Lists.Count];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = await lists.IdOfAsync(answer.Lists[i], gone).ConfigureAwait(false);
        }

        answer.Write(ids, output);
    }

    /// <summary>
    /// Answers what is about the protocol itself. Which nodes there are is no secret: a client that is not told it tells its user nothing of what is
    /// wrong with his key.
    /// </summary>
    private async ValueTask<DynamoError?> ServeAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (method == DaxMethod.AuthorizeConnection)
        {
            if (verifier is not null)
            {
                ConnectionAuthorization? authorization = DaxServiceCalls.ReadAuthorization(frame.Span);
                DynamoError? fault = authorization is null ? DaxFaults.NotDecodable : verifier.Check(authorization);
                caller.Authorize(fault, time.GetUtcNow() + ConnectionVerifier.Lifetime);
            }

            return null;
        }

        if (method == DaxMethod.Endpoints)
        {
            DaxServiceCalls.WriteEndpoints(nodes.ToldAt(caller.Local), output);
            return null;
        }

        if (FaultOf(caller) is { } refusal)
        {
            return refusal;
        }

        if (method == DaxMethod.DefineKeySchema)
        {
            return await DefineKeySchemaAsync(DaxServiceCalls.ReadTableName(frame.Span), output, gone).ConfigureAwait(false);
        }

        return method == DaxMethod.DefineAttributeListId
            ? await DefineIdAsync(DaxServiceCalls.ReadAttributeNames(frame.Span), output, gone).ConfigureAwait(false)
            : await DefineNamesAsync(DaxServiceCalls.ReadAttributeListId(frame.Span), output, gone).ConfigureAwait(false);
    }

    private async ValueTask<DynamoError?> DefineKeySchemaAsync(string? name, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (name is null)
        {
            return DaxFaults.NotDecodable;
        }

        (TableInfo? table, DynamoError? fault) = await FindTableAsync(name, gone).ConfigureAwait(false);
        if (table is not null)
        {
            DaxServiceCalls.WriteKeySchema(table.KeySchema, output);
        }

        return fault;
    }

    private async ValueTask<DynamoError?> DefineIdAsync(AttributeNames? names, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (names is null)
        {
            return DaxFaults.NotDecodable;
        }

        if (names.Sum(name => (long)Encoding.UTF8.GetByteCount(name)) > AttributeNames.MaxBytes)
        {
            return DaxFaults.AttributeListTooLong;
        }

        DaxServiceCalls.WriteAttributeListId(await lists.IdOfAsync(names, gone).ConfigureAwait(false), output);
        return null;
    }

    private async ValueTask<DynamoError?> DefineNamesAsync(int? id, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (id is not { } number)
        {
            return DaxFaults.NotDecodable;
        }

        if (await lists.FindAsync(number, gone).ConfigureAwait(false) is not { } names)
        {
            return DaxFaults.UnknownAttributeList;
        }

        DaxServiceCalls.WriteAttributeNames(names, output);
        return null;
    }

    /// <summary>The table as the caches know it; where they may not, as the backend describes it now. Exactly one of both is null.</summary>
    private async ValueTask<(TableInfo? Table, DynamoError? Fault)> FindTableAsync(string name, CancellationToken gone)
    {
        if (await catalog.GetAsync(name, gone).ConfigureAwait(false) is { } known)
        {
            return (known.Info, null);
        }

        // A question of our own, which is not counted among those of the clients.
        return await backends.Outermost.ExecuteAsync(new DescribeTable { TableName = name }, gone).ConfigureAwait(false) switch
        {
            TableReply described => (TableInfo.Of(described.Table), null),
            ErrorReply refusal => (null, refusal.Error),
            _ => (null, TransportFaults.InternalServerError),
        };
    }
}
