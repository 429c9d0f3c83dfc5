using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>ExportTableToPointInTime, DescribeExport and ListExports in JSON.</summary>
internal static class ExportJson
{
    public static JsonVerb StartVerb { get; } = JsonVerb.Of<TransferReply>(ExportTableToPointInTime.Definition, Read, Write);

    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<TransferReply>(
        DescribeTransfer.OfExport,
        (json, _) => new DescribeTransfer(DescribeTransfer.OfExport) { Arn = json.Text("ExportArn")! },
        Write);

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<TransferListReply>(
        ListTransfers.OfExports,
        (json, _) => new ListTransfers(ListTransfers.OfExports)
        {
            TableArn = json.Text("TableArn"),
            MaxResults = json.Integer("MaxResults"),
            NextToken = json.Text("NextToken"),
        },
        (writer, reply) => TransferMembers.WriteList(writer, reply, "ExportSummaries", WriteSummary));

    private static ExportTableToPointInTime Read(JsonElement json, ValidationLayer layer)
    {
        JsonElement? filter = json.Member("FilterSpecification");
        return new ExportTableToPointInTime
        {
            TableArn = json.Text("TableArn")!,
            TableName = JsonMembers.PlainTableName(json.Text("TableArn")!),
            Output = TransferMembers.ReadPlace(json, "S3Prefix"),
            Format = json.Choice<TransferFormat>("ExportFormat"),
            ExportTime = json.Time("ExportTime"),
            ExportType = json.Text("ExportType"),
            Span = json.Member("IncrementalExportSpecification") is { } span
                ? new ExportSpan(span.Time("ExportFromTime"), span.Time("ExportToTime"), span.Choice<ExportView>("ExportViewType"))
                : null,
            SseAlgorithm = json.Text("S3SseAlgorithm"),
            SseKmsKeyId = json.Text("S3SseKmsKeyId"),
            FilterExpression = filter?.Text("FilterExpression"),
            ProjectionExpression = filter?.Text("ProjectionExpression"),
            KeyConditionExpression = filter?.Text("KeyConditionExpression"),
            Expressions = filter?.Expressions(layer) ?? Operations.ExpressionParameters.None,
            ClientToken = json.Text("ClientToken"),
            Sent = TransferMembers.Sent(
                json, InputModel.Operations[ExportTableToPointInTime.Definition.Target],
                "ClientToken", "S3Bucket", "S3BucketOwner", "S3Prefix", "S3SseAlgorithm", "S3SseKmsKeyId", "FilterSpecification"),
        };
    }

    private static void Write(Utf8JsonWriter writer, TransferReply reply)
    {
        TransferState state = reply.State;
        writer.WriteStartObject("ExportDescription"u8);
        WriteSummary(writer, state);
        TableDescriptionJson.WriteTime(writer, "StartTime"u8, state.StartTime);
        TableDescriptionJson.WriteTime(writer, "EndTime"u8, state.EndTime);
        if (state.Manifest is not null)
        {
            writer.WriteString("ExportManifest"u8, state.Manifest);
        }

        writer.WriteString("TableArn"u8, state.TableArn);
        writer.WriteString("TableId"u8, state.TableId);
        TableDescriptionJson.WriteTime(writer, "ExportTime"u8, state.ExportTime);
        if (state.Span is { } span)
        {
            writer.WriteStartObject("IncrementalExportSpecification"u8);
            TableDescriptionJson.WriteTime(writer, "ExportFromTime"u8, span.From);
            TableDescriptionJson.WriteTime(writer, "ExportToTime"u8, span.To);
            writer.WriteString("ExportViewType"u8, span.View.ToString());
            writer.WriteEndObject();
        }

        TransferMembers.WriteSent(writer, state);
        TransferMembers.WriteFailure(writer, state);
        writer.WriteString("ExportFormat"u8, state.Format.ToString());
        writer.WriteNumber("BilledSizeBytes"u8, state.TotalBytes);
        writer.WriteNumber("ItemCount"u8, state.ProcessedItems);
        writer.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter writer, TransferState state)
    {
        writer.WriteString("ExportArn"u8, state.Arn);
        writer.WriteString("ExportStatus"u8, state.Status);
        writer.WriteString("ExportType"u8, state.ExportType);
    }
}
