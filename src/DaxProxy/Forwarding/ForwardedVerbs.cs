using System.Collections.Frozen;
using System.Text.Json;

namespace DaxProxy.Forwarding;

/// <summary>
/// Which requests reach a remote backend as they were sent, and what each of them may change. A request counts as harmless only if it is
/// listed here as harmless: an unknown verb may have changed anything.
/// </summary>
/// <remarks>Pure functions. The verbs of <see cref="ThroughTheSeam"/> become operations that the caches understand.</remarks>
public static class ForwardedVerbs
{
    private const string DynamoDb = "DynamoDB_20120810.";
    private const string Streams = "DynamoDBStreams_20120810.";
    private const string StartBulkPutItems = "StartBulkPutItems";

    private static readonly FrozenDictionary<string, Func<JsonElement, string?>> Changing =
        new Dictionary<string, Func<JsonElement, string?>>(StringComparer.Ordinal)
        {
            ["CreateTable"] = json => Text(json, "TableName"),
            ["UpdateTable"] = json => Text(json, "TableName"),
            ["DeleteTable"] = json => Text(json, "TableName"),
            ["RestoreTableFromBackup"] = json => Text(json, "TargetTableName"),
            ["RestoreTableToPointInTime"] = json => Text(json, "TargetTableName"),
            ["ImportTable"] = json =>
                json.TryGetProperty("TableCreationParameters", out JsonElement table) ? Text(table, "TableName") : null,
            ["CreateGlobalTable"] = json => Text(json, "GlobalTableName"),
            ["UpdateGlobalTable"] = json => Text(json, "GlobalTableName"),
            ["UpdateGlobalTableSettings"] = json => Text(json, "GlobalTableName"),
            ["UpdateTableReplicaAutoScaling"] = json => Text(json, "TableName"),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Without an effect on items that are there, or on what tables look like.</summary>
    private static readonly FrozenSet<string> Harmless = FrozenSet.Create(
        StringComparer.Ordinal,
        "ListTables",
        "TagResource",
        "UntagResource",
        "ListTagsOfResource",
        "DescribeLimits",
        "UpdateTimeToLive",
        "DescribeTimeToLive",
        "ListStreams",
        "DescribeStream",
        "GetShardIterator",
        "GetRecords",
        "UpdateContinuousBackups",
        "DescribeContinuousBackups",
        "UpdateContributorInsights",
        "DescribeContributorInsights",
        "ListContributorInsights",
        "PutResourcePolicy",
        "GetResourcePolicy",
        "DeleteResourcePolicy",
        "CreateBackup",
        "DescribeBackup",
        "DeleteBackup",
        "ListBackups",
        "ExportTableToPointInTime",
        "DescribeExport",
        "ListExports",
        "DescribeImport",
        "ListImports",
        "DescribeGlobalTable",
        "DescribeGlobalTableSettings",
        "ListGlobalTables",
        "DescribeTableReplicaAutoScaling",
        "EnableKinesisStreamingDestination",
        "DisableKinesisStreamingDestination",
        "UpdateKinesisStreamingDestination",
        "DescribeKinesisStreamingDestination",
        "SearchVectors",
        "DescribeBulkOperation",
        "ListBulkOperations",
        "CancelBulkOperation");

    private static readonly FrozenSet<string> Reads = FrozenSet.Create(
        StringComparer.Ordinal, "GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems", "DescribeTable");

    private static readonly FrozenSet<string> Writes = FrozenSet.Create(
        StringComparer.Ordinal, "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems");

    /// <summary>The verbs that become operations of their own.</summary>
    public static FrozenSet<string> ThroughTheSeam { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "GetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "Scan",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactGetItems",
        "TransactWriteItems",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "ExecuteTransaction",
        "DescribeTable",
        "DescribeEndpoints");

    /// <summary>Whether a target belongs to DynamoDB or DynamoDB Streams at all.</summary>
    public static bool IsOfService(string target) =>
        target.StartsWith(DynamoDb, StringComparison.Ordinal) || target.StartsWith(Streams, StringComparison.Ordinal);

    /// <summary>The name of a verb that is known here; null for one that is not.</summary>
    public static string? NameOf(string target) => VerbOf(target) is { } verb
        && (verb == StartBulkPutItems || ThroughTheSeam.Contains(verb) || Harmless.Contains(verb) || Changing.ContainsKey(verb))
            ? verb
            : null;

    /// <summary>Whether a request goes on changing items after it was answered.</summary>
    public static bool GoesOn(string target) => VerbOf(target) == StartBulkPutItems;

    /// <summary>Whether the answer to a request tells how far a bulk operation is.</summary>
    public static bool TellsOfBulkOperation(string target) => VerbOf(target) is StartBulkPutItems or "DescribeBulkOperation";

    /// <summary>Whether a request is passed on as it is, and what it may change then.</summary>
    /// <param name="target">The value of <c>X-Amz-Target</c>; one of the service's.</param>
    /// <param name="body">The body.</param>
    /// <param name="changedTables">Names or ARNs of tables, none for no effect; null where everything may have changed.</param>
    /// <returns>False for what becomes an operation of its own.</returns>
    public static bool TryJudge(string target, JsonElement body, out IReadOnlyList<string>? changedTables)
    {
        string verb = VerbOf(target);
        changedTables = null;
        if (ThroughTheSeam.Contains(verb))
        {
            // The name in an ARN may be that of another account's table, which only the backend can tell apart.
            List<string> tables = TablesOf(body);
            if (!tables.Exists(table => table.StartsWith("arn:", StringComparison.Ordinal)))
            {
                return false;
            }

            changedTables = Reads.Contains(verb) ? [] : tables;
        }
        else if (verb == StartBulkPutItems)
        {
            changedTables = TablesOf(body) is { Count: > 0 } named ? named : null;
        }
        else if (Harmless.Contains(verb))
        {
            changedTables = [];
        }
        else if (Changing.TryGetValue(verb, out Func<JsonElement, string?>? tableOf) && tableOf(body) is { } table)
        {
            changedTables = [table];
        }

        return true;
    }

    /// <summary>
    /// Whether a request that breaks the rules known here is left to the backend to refuse, in its own words; and what it may change should
    /// the backend know better. PartiQL is not: the backend may not have it at all.
    /// </summary>
    /// <param name="verb">DynamoDB's name of the verb; one of those that become operations of their own.</param>
    /// <param name="body">The body.</param>
    /// <param name="changedTables">As above; null also for a write that names no table in a way that is known here.</param>
    public static bool TryJudgeRefused(string verb, JsonElement body, out IReadOnlyList<string>? changedTables)
    {
        List<string> tables = TablesOf(body);
        changedTables = Reads.Contains(verb) ? [] : tables.Count > 0 ? tables : null;
        return Reads.Contains(verb) || Writes.Contains(verb);
    }

    /// <summary>Whether a refused request of this verb has done nothing. Of a batch part may have been done.</summary>
    public static bool IsWholeOrNothing(string verb) => verb != "BatchWriteItem";

    /// <summary>
    /// The tables that a request of the data plane names, wherever it may name one. If a member occurs more than once, every occurrence
    /// counts: it is unknown which of them the backend uses.
    /// </summary>
    private static List<string> TablesOf(JsonElement body)
    {
        List<string> tables = [];
        if (body.ValueKind != JsonValueKind.Object)
        {
            return tables;
        }

        foreach (JsonProperty member in body.EnumerateObject())
        {
            if (member.NameEquals("TableName"))
            {
                AddName(tables, member.Value);
            }
            else if (member.NameEquals("RequestItems") && member.Value.ValueKind == JsonValueKind.Object)
            {
                tables.AddRange(member.Value.EnumerateObject().Select(table => Readable(() => table.Name)).OfType<string>());
            }
            else if (member.NameEquals("TransactItems") && member.Value.ValueKind == JsonValueKind.Array)
            {
                AddNamesOfActions(tables, member.Value);
            }
        }

        return tables;
    }

    private static void AddNamesOfActions(List<string> tables, JsonElement items)
    {
        foreach (JsonProperty action in items.EnumerateArray()
            .Where(item => item.ValueKind == JsonValueKind.Object)
            .SelectMany(item => item.EnumerateObject()))
        {
            if (action.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty member in action.Value.EnumerateObject().Where(member => member.NameEquals("TableName")))
                {
                    AddName(tables, member.Value);
                }
            }
        }
    }

    private static void AddName(List<string> tables, JsonElement name)
    {
        if (name.ValueKind == JsonValueKind.String && Readable(name.GetString) is { } text)
        {
            tables.Add(text);
        }
    }

    /// <summary>
    /// A text, or null for one with half a surrogate pair or with bytes that are no UTF-8, which only reading it shows. No table has such
    /// a name.
    /// </summary>
    private static string? Readable(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string VerbOf(string target) => target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..];

    private static string? Text(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object
            && json.TryGetProperty(member, out JsonElement value)
            && value.ValueKind == JsonValueKind.String
            ? Readable(value.GetString)
            : null;
}
