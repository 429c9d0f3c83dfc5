using System.Text.Json;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Answers about bulk operations. Source: the model of StartBulkPutItems, DescribeBulkOperation and ListBulkOperations.</summary>
internal static class BulkReplies
{
    /// <summary>What StartBulkPutItems and DescribeBulkOperation answer.</summary>
    public static BulkOperation Read(JsonElement json)
    {
        JsonElement description = json.GetProperty("BulkOperationDescription");
        string arn = ArnOf(description);
        List<string> tables = description.Member("TableDetails") is { } details
            ? [.. details.EnumerateArray().Select(table => table.Text("TableName")).OfType<string>()]
            : [];
        if (tables.Count == 0 && TableCatalog.PlainName(arn) is { } name && name != arn)
        {
            tables.Add(name);
        }

        return new BulkOperation(arn, IsRunning(description.Text("BulkOperationStatus")), tables);
    }

    /// <summary>What ListBulkOperations answers.</summary>
    public static ListBulkOperationsReply ReadList(JsonElement json) => new(
        json.Member("BulkOperationsSummaryList") is { } summaries
            ? [.. summaries.EnumerateArray().Where(summary => IsRunning(summary.Text("BulkOperationStatus"))).Select(ArnOf)]
            : [],
        json.Text("NextToken"));

    private static string ArnOf(JsonElement json) => json.Required("BulkOperationArn");

    /// <summary>A status that is not known here is not taken for the last.</summary>
    private static bool IsRunning(string? status) => status is not ("COMPLETED" or "COMPLETED_WITH_ERRORS" or "CANCELLED" or "FAILED");
}
