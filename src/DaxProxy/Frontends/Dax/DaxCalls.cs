using System.Buffers;
using System.Net;
using DaxProxy.Core;
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
    TableCatalog catalog,
    IAttributeLists lists,
    Metrics metrics,
    RequestIds requestIds,
    ILogger logger)
{
    private readonly DaxNodes nodes = new(options.Dax);
    private readonly ValidationProfile profile = options.Backend.ValidationProfile;

    /// <summary>Answers one request; nothing for those that have no answer. Throws only where the caller gave up.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="frame">The whole request; not touched any more once this has ended.</param>
    /// <param name="local">Where the client's connection came in.</param>
    /// <param name="output">Where the answer goes, all of it or none; to be flushed by the caller.</param>
    /// <param name="gone">The client is gone.</param>
    public async ValueTask AnswerAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, IPEndPoint local, IBufferWriter<byte> output, CancellationToken gone)
    {
        try
        {
            DynamoError? refusal = method.IsDataOperation
                ? await ExecuteAsync(method, frame, output, gone).ConfigureAwait(false)
                : await ServeAsync(method, frame, local, output, gone).ConfigureAwait(false);
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

    /// <summary>Answers bytes that cannot be read any further.</summary>
    public void Refuse(DaxFraming why, IBufferWriter<byte> output) => DaxAnswer.Of(
        why switch
        {
            DaxFraming.TooLarge => DaxFaults.RequestTooLarge,
            DaxFraming.UnknownMethod => DaxFaults.UnknownMethod,
            _ => DaxFaults.NotDecodable,
        },
        requestIds.Next()).Write([], output);

    /// <summary>Reads or writes items. Gives what the client is refused with; null when it has been answered.</summary>
    private async ValueTask<DynamoError?> ExecuteAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (DaxNeeds.TryFind(method, frame.Span, out DaxNeeds? needs) is { } unreadable)
        {
            metrics.Of(method.Name).CountRefusal();
            return unreadable;
        }

        Dictionary<string, TableInfo> tables = new(StringComparer.Ordinal);
        foreach (string name in needs!.Tables)
        {
            (TableInfo? table, DynamoError? fault) = await FindTableAsync(name, gone).ConfigureAwait(false);
            if (table is null && fault!.Name != "ResourceNotFoundException")
            {
                return fault;
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
            metrics.Of(method.Name).CountRefusal();
            return fault2;
        }

        Reply reply = await backend.ExecuteAsync(operation!, gone).ConfigureAwait(false);
        DaxAnswer answer = DaxAnswer.Of(operation!, reply, tables, requestIds.Next());
        await WriteAsync(answer, output, gone).ConfigureAwait(false);
        return null;
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

    /// <summary>Answers what is about the protocol itself.</summary>
    private async ValueTask<DynamoError?> ServeAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, IPEndPoint local, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (method == DaxMethod.Endpoints)
        {
            DaxServiceCalls.WriteEndpoints(nodes.ToldAt(local), output);
            return null;
        }

        if (method == DaxMethod.DefineKeySchema)
        {
            return await DefineKeySchemaAsync(DaxServiceCalls.ReadTableName(frame.Span), output, gone).ConfigureAwait(false);
        }

        if (method == DaxMethod.DefineAttributeListId)
        {
            return await DefineIdAsync(DaxServiceCalls.ReadAttributeNames(frame.Span), output, gone).ConfigureAwait(false);
        }

        return method == DaxMethod.DefineAttributeList
            ? await DefineNamesAsync(DaxServiceCalls.ReadAttributeListId(frame.Span), output, gone).ConfigureAwait(false)
            : null;
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

        if (names.Sum(name => (long)System.Text.Encoding.UTF8.GetByteCount(name)) > 400 * 1024)
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

        return await backend.ExecuteAsync(new DescribeTable { TableName = name }, gone).ConfigureAwait(false) switch
        {
            TableReply described => (TableInfo.Of(described.Table), null),
            ErrorReply refusal => (null, refusal.Error),
            _ => (null, TransportFaults.InternalServerError),
        };
    }
}
