using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Tables;

/// <summary>TagResource, UntagResource and ListTagsOfResource.</summary>
internal sealed class TagsHandler(EngineCatalog catalog, WriteQueue writes, TableReads reads)
{
    public async Task<Reply> ExecuteAsync(TagResource request)
    {
        DynamoError? error = await writes.RunAsync(session =>
        {
            if (TryFind(request.Name, request.ResourceArn, out EngineTable table) is { } notFound)
            {
                return notFound;
            }

            HashSet<string> keys = [.. Read(session, table.Id).Concat(request.Tags).Select(tag => tag.Key)];
            if (keys.Count > TagRules.MaxTags)
            {
                return TagFaults.TooMany;
            }

            Store(session, table.Id, request.Tags);
            return null;
        }).ConfigureAwait(false);
        return error is null ? EmptyReply.Instance : new ErrorReply(error);
    }

    public async Task<Reply> ExecuteAsync(UntagResource request)
    {
        DynamoError? error = await writes.RunAsync(session =>
        {
            if (TryFind(request.Name, request.ResourceArn, out EngineTable table) is { } notFound)
            {
                return notFound;
            }

            foreach (string key in request.TagKeys)
            {
                session.Statement("DELETE FROM tags WHERE table_id = ?1 AND key = ?2").Bind(1, table.Id).Bind(2, key).Run();
            }

            return null;
        }).ConfigureAwait(false);
        return error is null ? EmptyReply.Instance : new ErrorReply(error);
    }

    public Reply Execute(ListTagsOfResource request) => reads.Run<ListTagsOfResource, Reply>(request, static (ref scope, request) =>
    {
        string name = NameIn(request.ResourceArn);
        EngineTable? table = scope.FindAny(name, out string status);
        return Judge(request.Name, request.ResourceArn, table, status) is { } error
            ? new ErrorReply(error)
            : new ListTagsOfResourceReply(scope.Read(table!.Id, Read));
    });

    /// <summary>Adds tags to a table, over those of the same keys.</summary>
    public static void Store(Session session, long tableId, IEnumerable<Tag> tags)
    {
        foreach (Tag tag in tags)
        {
            session.Statement("INSERT OR REPLACE INTO tags (table_id, key, value) VALUES (?1, ?2, ?3)")
                .Bind(1, tableId).Bind(2, tag.Key).Bind(3, tag.Value).Run();
        }
    }

    private static List<Tag> Read(Session session, long tableId)
    {
        List<Tag> tags = [];
        Statement rows = session.Statement("SELECT key, value FROM tags WHERE table_id = ?1 ORDER BY key").Bind(1, tableId);
        while (rows.Step())
        {
            tags.Add(new Tag(rows.Text(0), rows.Text(1)));
        }

        rows.Reset();
        return tags;
    }

    private DynamoError? TryFind(string operation, string arn, out EngineTable table)
    {
        EngineTable? found = catalog.FindAny(NameIn(arn), out string status);
        table = found!;
        return Judge(operation, arn, found, status);
    }

    /// <summary>Why a table's tags cannot be reached; null when they can.</summary>
    private static DynamoError? Judge(string operation, string arn, EngineTable? table, string status) =>
        table is null || !ResourceNames.IsOurs(arn) ? TagFaults.NotAllowed(ResourceNames.AccountId, operation, arn)
        : status is "CREATING" or "DELETING" ? TableUpdateFaults.ResourceNotFound(arn)
        : null;

    private static string NameIn(string arn) => arn[(arn.LastIndexOf('/') + 1)..];
}
