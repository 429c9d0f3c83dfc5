using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Query and Scan.</summary>
internal static class PageRequests
{
    public static void Write(Utf8JsonWriter writer, PageOperation page)
    {
        ExpressionText made = new();
        bool hasLegacyFilter = page is Query { QueryFilter: not null } or Scan { ScanFilter: not null };
        writer.WriteString("TableName"u8, page.TableName);
        writer.WriteText("IndexName"u8, page.IndexName);
        writer.WriteChoice("Select"u8, page.Select);
        writer.WriteInteger("Limit"u8, page.Limit);
        writer.WriteFlag("ConsistentRead"u8, page.ConsistentRead);
        if (page.ExclusiveStartKey is { Value: { } start })
        {
            writer.WriteAttributes("ExclusiveStartKey"u8, start);
        }

        writer.WriteProjection(page.ProjectionExpression, page.AttributesToGet, page.Projection, made);
        writer.WriteTexts("AttributesToGet"u8, page.AttributesToGet);
        writer.WriteText("ConditionalOperator"u8, page.ConditionalOperator?.ToString());
        writer.WriteText(
            "FilterExpression"u8, page.FilterExpression ?? (page.Filter is { } filter && !hasLegacyFilter ? made.Of(filter) : null));
        switch (page)
        {
            case Query query:
                WriteQuery(writer, query, made);
                break;
            case Scan scan:
                writer.WriteConditions("ScanFilter"u8, scan.ScanFilter);
                writer.WriteInteger("Segment"u8, scan.Segment);
                writer.WriteInteger("TotalSegments"u8, scan.TotalSegments);
                break;
        }

        writer.WriteReferences(page.Expressions, made);
        writer.WriteChoice("ReturnConsumedCapacity"u8, page.ReturnConsumedCapacity);
    }

    private static void WriteQuery(Utf8JsonWriter writer, Query query, ExpressionText made)
    {
        if (!query.ScanIndexForward)
        {
            writer.WriteBoolean("ScanIndexForward"u8, false);
        }

        writer.WriteConditions("QueryFilter"u8, query.QueryFilter);
        writer.WriteConditions("KeyConditions"u8, query.KeyConditions);
        if (query.KeyConditions is null)
        {
            writer.WriteString("KeyConditionExpression"u8, query.KeyConditionExpression ?? made.Of(query.KeyCondition));
        }
    }
}
