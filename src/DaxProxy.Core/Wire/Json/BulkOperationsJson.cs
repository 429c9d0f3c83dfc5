using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>DescribeBulkOperation and ListBulkOperations in JSON.</summary>
internal static class BulkOperationsJson
{
    /// <summary>The embedded engine has no bulk operation to describe, so no answer but an error is written.</summary>
    public static JsonVerb DescribeVerb { get; } = new(
        DescribeBulkOperation.Definition,
        (json, _) => new DescribeBulkOperation { BulkOperationArn = json.Text("BulkOperationArn")! });

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<ListBulkOperationsReply>(
        ListBulkOperations.Definition, (json, _) => new ListBulkOperations { NextToken = json.Text("NextToken") }, Write);

    private static void Write(Utf8JsonWriter writer, ListBulkOperationsReply reply)
    {
        writer.WriteStartArray("BulkOperationsSummaryList"u8);
        foreach (string arn in reply.Running)
        {
            writer.WriteStartObject();
            writer.WriteString("BulkOperationArn"u8, arn);
            writer.WriteString("BulkOperationStatus"u8, "IN_PROGRESS"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (reply.NextToken is not null)
        {
            writer.WriteString("NextToken"u8, reply.NextToken);
        }
    }
}
