using System.Buffers;
using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;
using DaxProxy.Options;
using DaxProxy.Policies;

namespace DaxProxy.Frontends.Dax;

/// <summary>
/// What clients and we have to agree on before items can be read or written: who calls, which nodes there are, keys of tables, attribute
/// lists.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="options">Which nodes there are.</param>
/// <param name="backends">The tables.</param>
/// <param name="own">The attribute lists that this node has met: what other nodes are told.</param>
/// <param name="lists">The attribute lists that can be found out.</param>
/// <param name="verifier">What checks callers; null where callers are not checked.</param>
/// <param name="policies">What says who may do what; null where every caller may do everything.</param>
/// <param name="audit">Where requests of callers who have not proved who they are are written down; null for nowhere.</param>
/// <param name="time">The clock.</param>
internal sealed class DaxDefinitions(
    DaxOptions options,
    BackendStack backends,
    IAttributeLists own,
    IAttributeLists lists,
    ConnectionVerifier? verifier,
    Authorizer? policies,
    AuditLog? audit,
    TimeProvider time)
{
    private readonly DaxNodes nodes = new(options);

    /// <summary>What requests of this caller are refused with now; null for nothing.</summary>
    public DynamoError? FaultOf(DaxCaller caller) => verifier is null ? null : caller.FaultAt(time.GetUtcNow());

    /// <summary>What a request of this caller is refused with for who sent it, which is written down; null for nothing.</summary>
    /// <param name="method">What it asks for; null where that is not known.</param>
    /// <param name="caller">The caller.</param>
    public DynamoError? Refuse(DaxMethod? method, DaxCaller caller)
    {
        DynamoError? fault = FaultOf(caller);
        if (fault is not null)
        {
            audit?.WriteStranger(caller.Origin, "dax:" + (method?.Name ?? "*"), "*", caller.AccessKeyId, fault.Name);
        }

        return fault;
    }

    /// <summary>
    /// Answers what is about the protocol itself. Which nodes there are is no secret: a client that is not told it tells its user nothing
    /// of what is wrong with his key.
    /// </summary>
    /// <returns>What the client is refused with; null when it has been answered, or is not to be.</returns>
    public async ValueTask<DynamoError?> ServeAsync(
        DaxMethod method, ReadOnlyMemory<byte> frame, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (method == DaxMethod.AuthorizeConnection)
        {
            if (verifier is not null)
            {
                ConnectionAuthorization? authorization = DaxServiceCalls.ReadAuthorization(frame.Span);
                Identity? identity = null;
                DynamoError? fault = authorization is null ? DaxFaults.NotDecodable : verifier.Check(authorization, out identity);
                caller.Authorize(fault, identity, authorization?.AccessKeyId, authorization?.UserAgent, EndOf(identity));
            }

            return null;
        }

        if (method == DaxMethod.Endpoints)
        {
            DaxServiceCalls.WriteEndpoints(
                nodes.ToldAt(caller.Local, backends.Group?.TlsPort ?? 0, backends.Group?.OtherListings ?? []), output);
            return null;
        }

        if (Refuse(method, caller) is { } refusal)
        {
            return refusal;
        }

        if (method == DaxMethod.DefineKeySchema)
        {
            return await DefineKeySchemaAsync(DaxServiceCalls.ReadTableName(frame.Span), caller, output, gone).ConfigureAwait(false);
        }

        return method == DaxMethod.DefineAttributeListId
            ? await DefineIdAsync(DaxServiceCalls.ReadAttributeNames(frame.Span), caller, output, gone).ConfigureAwait(false)
            : await DefineNamesAsync(DaxServiceCalls.ReadAttributeListId(frame.Span), caller.IsNode ? own : lists, output, gone)
                .ConfigureAwait(false);
    }

    /// <summary>When a caller has to say again who it is; one whose session ends sooner then.</summary>
    private DateTimeOffset EndOf(Identity? identity)
    {
        DateTimeOffset end = time.GetUtcNow() + ConnectionVerifier.Lifetime;
        DateTimeOffset over = identity?.Session is { } session ? DateTimeOffset.FromUnixTimeSeconds(session.ExpiresAt) : end;
        return over < end ? over : end;
    }

    private async ValueTask<DynamoError?> DefineKeySchemaAsync(
        string? name, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (name is null or { Length: > TableNames.MaxArnLength })
        {
            return DaxFaults.NotDecodable;
        }

        if (policies is not null
            && await policies.CheckKeySchemaAsync(name, caller.Identity!, caller.Origin, gone).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        (TableInfo? table, DynamoError? fault) = await FindTableAsync(name, gone).ConfigureAwait(false);
        if (table is not null)
        {
            DaxServiceCalls.WriteKeySchema(table.KeySchema, output);
        }

        return fault;
    }

    private async ValueTask<DynamoError?> DefineIdAsync(
        AttributeNames? names, DaxCaller caller, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (names is null)
        {
            return DaxFaults.NotDecodable;
        }

        // A list is kept for good: not for who has no use for it.
        if (policies?.CheckProtocol(caller.Identity!, caller.Origin) is { } refusal)
        {
            return refusal;
        }

        if (names.IsTooLong)
        {
            return DaxFaults.AttributeListTooLong;
        }

        DaxServiceCalls.WriteAttributeListId(await lists.IdOfAsync(names, gone).ConfigureAwait(false), output);
        return null;
    }

    private static async ValueTask<DynamoError?> DefineNamesAsync(
        int? id, IAttributeLists known, IBufferWriter<byte> output, CancellationToken gone)
    {
        if (id is not { } number)
        {
            return DaxFaults.NotDecodable;
        }

        if (await known.FindAsync(number, gone).ConfigureAwait(false) is not { } names)
        {
            return DaxFaults.UnknownAttributeList;
        }

        DaxServiceCalls.WriteAttributeNames(names, output);
        return null;
    }

    /// <summary>
    /// The table as the caches know it; where they may not, as the backend describes it now. Exactly one of both is null.
    /// </summary>
    public async ValueTask<(TableInfo? Table, DynamoError? Fault)> FindTableAsync(string name, CancellationToken gone)
    {
        if (await backends.Catalog.GetAsync(name, gone).ConfigureAwait(false) is { } known)
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

    /// <summary>The next request describes the table again: what came back for this one shows that it is another.</summary>
    public void Forget(string name) => backends.Catalog.Forget(name);
}
