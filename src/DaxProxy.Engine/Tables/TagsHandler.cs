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
            if (Find(request.ResourceArn) is not { } table)
            {
                return TableUpdateFaults.ResourceNotFound(request.ResourceArn);
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
        bool isFound = await writes.RunAsync(session =>
        {
            EngineTable? table = Find(request.ResourceArn);
            foreach (string key in table is null ? [] : request.TagKeys)
            {
                session.Statement("DELETE FROM tags WHERE table_id = ?1 AND key = ?2").Bind(1, table!.Id).Bind(2, key).Run();
            }

            return table is not null;
        }).ConfigureAwait(false);
        return isFound ? EmptyReply.Instance : new ErrorReply(TableUpdateFaults.ResourceNotFound(request.ResourceArn));
    }

    public Reply Execute(ListTagsOfResource request) => reads.Run<ListTagsOfResource, Reply>(request, static (ref scope, request) =>
        scope.Find(NameIn(request.ResourceArn)) is { } table
            ? new ListTagsOfResourceReply(scope.Read(table.Id, Read))
            : new ErrorReply(TableUpdateFaults.ResourceNotFound(request.ResourceArn)));

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

    private EngineTable? Find(string arn) => catalog.Find(NameIn(arn));

    private static string NameIn(string arn) => arn[(arn.LastIndexOf('/') + 1)..];
}
