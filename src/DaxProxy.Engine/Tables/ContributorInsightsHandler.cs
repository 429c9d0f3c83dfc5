using System.Buffers.Text;
using System.Text;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Insights;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Tables;

/// <summary>
/// UpdateContributorInsights, DescribeContributorInsights and ListContributorInsights: settings that are kept and
/// reported. What they make count is in <see cref="ContributorBoard"/>.
/// </summary>
internal sealed class ContributorInsightsHandler(
    EngineCatalog catalog, WriteQueue writes, TableReads reads, ContributorBoard board, TimeProvider time, TimeSpan statusDelay)
{
    public async Task<Reply> ExecuteAsync(UpdateContributorInsights request)
    {
        Outcome outcome = await writes.RunAsync(
            session => Update(session, request), outcome => Show(outcome, request)).ConfigureAwait(false);
        return outcome.Error is null
            ? new ContributorInsightsReply(new ContributorInsights(
                request.TableName, request.IndexName, outcome.Status, request.Enabled ? request.Mode : null))
            : new ErrorReply(outcome.Error);
    }

    public Reply Execute(DescribeContributorInsights request) => reads.Run(request, Describe);

    private Reply Describe(ref ReadScope scope, DescribeContributorInsights request)
    {
        EngineTable? table = scope.FindAny(request.TableName, out _);
        if (Check(table, request.TableName, request.IndexName) is { } error)
        {
            return new ErrorReply(error);
        }

        if (scope.Read((table!.Id, request.IndexName ?? ""), Find) is not { } setting)
        {
            return new ContributorInsightsReply(new ContributorInsights(request.TableName, request.IndexName, "DISABLED", null));
        }

        return new ContributorInsightsReply(
            new ContributorInsights(request.TableName, request.IndexName, StatusOf(setting.UpdatedAt), setting.Mode))
        {
            LastUpdate = setting.UpdatedAt,
            Rules =
            [
                .. ContributorRule.Of(
                    table.Name,
                    request.IndexName,
                    request.IndexName is null ? KeyLayout.Of(table.KeySchema) : table.FindIndex(request.IndexName)!.Info.Layout,
                    setting.Mode,
                    setting.UpdatedAt).Select(rule => rule.Name),
            ],
        };
    }

    public Reply Execute(ListContributorInsights request) => reads.Run(request, List);

    private Reply List(ref ReadScope scope, ListContributorInsights request)
    {
        if (request.TableName is not null && scope.FindAny(request.TableName, out _) is null)
        {
            return new ErrorReply(TableFaults.TableNotFound(request.TableName));
        }

        (string Table, string Index) after = ("", "");
        if (request.NextToken is not null && !TryReadToken(request.NextToken, out after))
        {
            return new ErrorReply(ContributorInsightsFaults.InvalidToken);
        }

        List<ContributorInsights> page = scope.Read((request, after), List);
        bool isMore = page.Count > request.MaxResults;
        page = isMore ? page[..request.MaxResults] : page;
        return new ListContributorInsightsReply(page, isMore ? TokenOf(page[^1]) : null);
    }

    /// <summary>Ends the settings of a table that is dropped.</summary>
    public static void Drop(Session session, long tableId) =>
        session.Statement("DELETE FROM contributor_insights WHERE table_id = ?1").Bind(1, tableId).Run();

    /// <summary>Ends the setting of an index that is dropped.</summary>
    public static void Drop(Session session, long tableId, string indexName) =>
        session.Statement("DELETE FROM contributor_insights WHERE table_id = ?1 AND index_name = ?2")
            .Bind(1, tableId).Bind(2, indexName).Run();

    private void Show(Outcome outcome, UpdateContributorInsights request)
    {
        if (outcome.Table is not { } table)
        {
            return;
        }

        EngineIndex? index = request.IndexName is null ? null : table.FindIndex(request.IndexName);
        if (request.Enabled)
        {
            board.Show(table, index, request.Mode, outcome.At);
        }
        else
        {
            board.Hide(table, index);
        }
    }

    private Outcome Update(Session session, UpdateContributorInsights request)
    {
        EngineTable? table = catalog.FindAny(request.TableName, out string status);
        if (Check(table, request.TableName, request.IndexName) is { } error)
        {
            return new Outcome(error);
        }

        string indexName = request.IndexName ?? "";
        if (!request.Enabled)
        {
            bool wasOn = Find(session, (table!.Id, indexName)) is not null;
            Drop(session, table.Id, indexName);
            return new Outcome(null, table, wasOn ? "DISABLING" : "DISABLED");
        }

        if (status != "ACTIVE")
        {
            return new Outcome(ContributorInsightsFaults.TableNotReady);
        }

        if (request.IndexName is not null && !table!.FindIndex(indexName)!.IsReady)
        {
            return new Outcome(ContributorInsightsFaults.IndexNotReady);
        }

        DateTimeOffset now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        session.Statement("INSERT OR REPLACE INTO contributor_insights (table_id, index_name, mode, updated_at) VALUES (?1, ?2, ?3, ?4)")
            .Bind(1, table!.Id).Bind(2, indexName).Bind(3, request.Mode).Bind(4, now.ToUnixTimeMilliseconds()).Run();
        return new Outcome(null, table, "ENABLING", now);
    }

    private static DynamoError? Check(EngineTable? table, string tableName, string? indexName) =>
        table is null ? TableFaults.TableNotFound(tableName)
        : indexName is null || table.FindIndex(indexName) is { Info.IsGlobal: true } ? null
        : ContributorInsightsFaults.IndexNotFound(indexName, tableName);

    private string StatusOf(DateTimeOffset updatedAt) => time.GetUtcNow() < updatedAt + statusDelay ? "ENABLING" : "ENABLED";

    private static Setting? Find(Session session, (long TableId, string IndexName) of)
    {
        Statement find = session.Statement("SELECT mode, updated_at FROM contributor_insights WHERE table_id = ?1 AND index_name = ?2")
            .Bind(1, of.TableId).Bind(2, of.IndexName);
        Setting? setting = find.Step() ? new Setting(find.Text(0), DateTimeOffset.FromUnixTimeMilliseconds(find.Int64(1))) : null;
        find.Reset();
        return setting;
    }

    /// <summary>One more than asked for, if there are.</summary>
    private List<ContributorInsights> List(Session session, (ListContributorInsights Request, (string Table, string Index) After) state)
    {
        List<ContributorInsights> found = [];
        Statement rows = session.Statement(
                "SELECT tables.name, contributor_insights.index_name, mode, updated_at FROM contributor_insights "
                + "JOIN tables ON tables.id = contributor_insights.table_id "
                + "WHERE (tables.name, contributor_insights.index_name) > (?1, ?2) AND (?3 = '' OR tables.name = ?3) "
                + "ORDER BY tables.name, contributor_insights.index_name LIMIT ?4")
            .Bind(1, state.After.Table).Bind(2, state.After.Index)
            .Bind(3, state.Request.TableName ?? "").Bind(4, state.Request.MaxResults + 1);
        while (rows.Step())
        {
            string indexName = rows.Text(1);
            found.Add(new ContributorInsights(
                rows.Text(0),
                indexName.Length == 0 ? null : indexName,
                StatusOf(DateTimeOffset.FromUnixTimeMilliseconds(rows.Int64(3))),
                rows.Text(2)));
        }

        rows.Reset();
        return found;
    }

    /// <summary>The names of the last one listed, with a blank between, which no name contains.</summary>
    private static string TokenOf(ContributorInsights last) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes($"{last.TableName} {last.IndexName}"));

    private static bool TryReadToken(string token, out (string Table, string Index) after)
    {
        after = ("", "");
        if (!Base64Url.IsValid(token))
        {
            return false;
        }

        string[] names = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(token)).Split(' ');
        if (names.Length != 2)
        {
            return false;
        }

        after = (names[0], names[1]);
        return true;
    }

    /// <summary>What a change came to: a refusal, or the table, the status that is answered, and since when it counts.</summary>
    private sealed record Outcome(DynamoError? Error, EngineTable? Table = null, string Status = "", DateTimeOffset At = default);

    /// <summary>A row of <c>contributor_insights</c>.</summary>
    private sealed record Setting(string Mode, DateTimeOffset UpdatedAt);
}
