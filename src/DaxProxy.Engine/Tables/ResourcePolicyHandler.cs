using System.Globalization;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Tables;

/// <summary>
/// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy. Documents are kept and reported. They are not enforced.
/// </summary>
internal sealed class ResourcePolicyHandler(EngineCatalog catalog, WriteQueue writes, TableReads reads, TimeProvider time)
{
    public async Task<Reply> ExecuteAsync(PutResourcePolicy request)
    {
        (DynamoError? error, long? revision) = await writes.RunAsync(session => Put(session, request)).ConfigureAwait(false);
        return error is null ? new ResourcePolicyReply(revision) : new ErrorReply(error);
    }

    public async Task<Reply> ExecuteAsync(DeleteResourcePolicy request)
    {
        (DynamoError? error, long? revision) = await writes.RunAsync(session => Delete(session, request)).ConfigureAwait(false);
        return error is null ? new ResourcePolicyReply(revision) : new ErrorReply(error);
    }

    public Reply Execute(GetResourcePolicy request)
    {
        PolicyResource resource = PolicyResource.Of(request.ResourceArn);
        (DynamoError? error, Stored? stored) = reads.Run(resource, static (ref scope, of) =>
            scope.Read((of, Table: scope.Find(of.TableName)), static (session, state) =>
            {
                DynamoError? error = CheckOwner(session, state.of, state.Table);
                return (error, error is null ? Find(session, state.Table!.Id, state.of) : null);
            }));
        return error is not null ? new ErrorReply(error)
            : stored is null ? new ErrorReply(ResourcePolicyFaults.NotFound(request.ResourceArn))
            : new ResourcePolicyReply(stored.Revision) { Policy = stored.Document };
    }

    /// <summary>Sets the policy of a table, in its normal form, for who comes with the table.</summary>
    public static void Store(Session session, long tableId, string document, DateTimeOffset now) =>
        Store(session, tableId, "", document, now.ToUnixTimeMilliseconds());

    /// <summary>Removes the policies of a table that is dropped, and of its streams.</summary>
    public static void Drop(Session session, long tableId) =>
        session.Statement("DELETE FROM policies WHERE table_id = ?1").Bind(1, tableId).Run();

    private (DynamoError? Error, long? Revision) Put(Session session, PutResourcePolicy request)
    {
        PolicyResource resource = PolicyResource.Of(request.ResourceArn);
        EngineTable? table = catalog.Find(resource.TableName);
        if (CheckOwner(session, resource, table) is { } missing)
        {
            return (missing, null);
        }

        long tableId = table!.Id;
        Stored? current = Find(session, tableId, resource);
        DynamoError? error = request.ExpectedRevisionId == PutResourcePolicy.NoPolicy
            ? (current is null ? null : ResourcePolicyFaults.PolicyExists(resource.TableName, current.Revision))
            : CheckRevision(request.ExpectedRevisionId, resource, current);
        if (error is not null)
        {
            return (error, null);
        }

        if (current?.Document == request.NormalPolicy)
        {
            return (null, current.Revision);
        }

        // Revisions are times, and go up whatever the clock does.
        long revision = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), (current?.Revision ?? 0) + 1);
        Store(session, tableId, resource.StreamLabel, request.NormalPolicy, revision);
        return (null, revision);
    }

    private (DynamoError? Error, long? Revision) Delete(Session session, DeleteResourcePolicy request)
    {
        PolicyResource resource = PolicyResource.Of(request.ResourceArn);
        EngineTable? table = catalog.Find(resource.TableName);
        if (CheckOwner(session, resource, table) is { } missing)
        {
            return (missing, null);
        }

        long tableId = table!.Id;
        Stored? current = Find(session, tableId, resource);
        if (CheckRevision(request.ExpectedRevisionId, resource, current) is { } error)
        {
            return (error, null);
        }

        session.Statement("DELETE FROM policies WHERE table_id = ?1 AND stream = ?2").Bind(1, tableId).Bind(2, resource.StreamLabel).Run();
        return (null, current?.Revision);
    }

    private static DynamoError? CheckRevision(string? expected, PolicyResource resource, Stored? current) =>
        expected is null || expected == current?.Revision.ToString(CultureInfo.InvariantCulture) ? null
        : current is null ? ResourcePolicyFaults.NoPolicyToRevise(expected, resource.TableName)
        : ResourcePolicyFaults.OtherRevision(expected, resource.TableName, current.Revision);

    private static DynamoError? CheckOwner(Session session, PolicyResource resource, EngineTable? table) =>
        table is null ? TableFaults.TableNotFound(resource.TableName)
        : resource.StreamLabel.Length == 0 || HasStream(session, table.Id, resource.StreamLabel) ? null
        : ResourcePolicyFaults.StreamNotFound(resource.StreamLabel, resource.TableName);

    private static bool HasStream(Session session, long tableId, string label)
    {
        Statement find = session.Statement("SELECT 1 FROM streams WHERE table_id = ?1 AND label = ?2").Bind(1, tableId).Bind(2, label);
        bool exists = find.Step();
        find.Reset();
        return exists;
    }

    private static Stored? Find(Session session, long tableId, PolicyResource resource)
    {
        Statement find = session.Statement("SELECT document, revision FROM policies WHERE table_id = ?1 AND stream = ?2")
            .Bind(1, tableId).Bind(2, resource.StreamLabel);
        Stored? stored = find.Step() ? new Stored(find.Text(0), find.Int64(1)) : null;
        find.Reset();
        return stored;
    }

    private static void Store(Session session, long tableId, string stream, string document, long revision) =>
        session.Statement("INSERT OR REPLACE INTO policies (table_id, stream, document, revision) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, tableId).Bind(2, stream).Bind(3, document).Bind(4, revision).Run();

    /// <summary>A row of <c>policies</c>.</summary>
    private sealed record Stored(string Document, long Revision);
}
