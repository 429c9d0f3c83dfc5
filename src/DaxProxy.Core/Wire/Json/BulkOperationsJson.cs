using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>StartBulkPutItems, DescribeBulkOperation, ListBulkOperations and CancelBulkOperation in JSON.</summary>
internal static class BulkOperationsJson
{
    public static JsonVerb StartVerb { get; } = JsonVerb.Of<TransferReply>(StartBulkPutItems.Definition, Read, Write);

    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<TransferReply>(
        DescribeBulkOperation.Definition,
        (json, _) => new DescribeBulkOperation { BulkOperationArn = json.Text("BulkOperationArn")! },
        Write);

    public static JsonVerb CancelVerb { get; } = JsonVerb.Of<TransferReply>(
        CancelBulkOperation.Definition,
        (json, _) => new CancelBulkOperation { BulkOperationArn = json.Text("BulkOperationArn")! },
        (writer, reply) => WriteStatus(writer, reply.State));

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<TransferListReply>(
        ListBulkOperations.Definition,
        (json, _) => new ListBulkOperations { MaxResults = json.Integer("MaxResults"), NextToken = json.Text("NextToken") },
        (writer, reply) => TransferMembers.WriteList(writer, reply, "BulkOperationsSummaryList", WriteSummary));

    private static StartBulkPutItems Read(JsonElement json, ValidationLayer layer)
    {
        JsonElement input = json.GetProperty("InputS3Configuration"), output = json.GetProperty("OutputS3Configuration");
        IReadOnlyList<string> reports = output.Texts("OutputType")!;
        return new StartBulkPutItems
        {
            TableName = json.TableName(),
            Input = new TransferInput(
                TransferMembers.ReadPlace(input),
                input.Choice<TransferFormat>("InputFormat"),
                input.Choice<TransferCompression>("InputCompressionType")),
            Output = output.Member("S3Bucket") is null ? null : TransferMembers.ReadPlace(output),
            ReportsErrors = reports.Contains("ERROR"),
            ReportsConditions = reports.Contains("CONDITION_CHECK_FAILURE"),
            MaxWriteRequestUnits = json.Long("MaxWriteRequestUnits"),
            ClientToken = json.Text("ClientToken"),
            Sent = TransferMembers.Sent(
                json, InputModel.Operations[StartBulkPutItems.Definition.Target],
                "ClientToken", "InputS3Configuration", "OutputS3Configuration", "MaxWriteRequestUnits", "PerformanceTier"),
        };
    }

    private static void Write(Utf8JsonWriter writer, TransferReply reply)
    {
        TransferState state = reply.State;
        writer.WriteStartObject("BulkOperationDescription"u8);
        WriteSummary(writer, state);
        writer.WriteStartArray("TableDetails"u8);
        writer.WriteStartObject();
        writer.WriteString("TableName"u8, state.TableName);
        writer.WriteString("TableId"u8, state.TableId);
        writer.WriteEndObject();
        writer.WriteEndArray();
        TransferMembers.WriteSent(writer, state);
        using (JsonDocument sent = JsonDocument.Parse(state.Sent))
        {
            if (sent.RootElement.Member("PerformanceTier") is null)
            {
                writer.WriteString("PerformanceTier"u8, "STANDARD"u8);
            }
        }

        writer.WriteNumber("ProcessedItemCount"u8, state.ProcessedItems);
        writer.WriteNumber("ProcessedInputBytes"u8, state.ProcessedBytes);
        writer.WriteNumber("TotalInputBytes"u8, state.TotalBytes);
        WriteUsage(writer, state);
        writer.WriteNumber("FailedItemCount"u8, state.FailedItems);
        TransferMembers.WriteFailure(writer, state);
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, TransferState state)
    {
        writer.WriteStartArray("BulkOperationUsage"u8);
        writer.WriteStartObject();
        writer.WriteString("TableName"u8, state.TableName);
        writer.WriteNumber("BulkPutBytes"u8, state.PutBytes);
        writer.WriteStartObject("Table"u8);
        writer.WriteNumber("BulkPutBytes"u8, state.PutBytes);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteSummary(Utf8JsonWriter writer, TransferState state)
    {
        WriteStatus(writer, state);
        TableDescriptionJson.WriteTime(writer, "StartTime"u8, state.StartTime);
        TableDescriptionJson.WriteTime(writer, "EndTime"u8, state.EndTime);
    }

    private static void WriteStatus(Utf8JsonWriter writer, TransferState state)
    {
        writer.WriteString("BulkOperationArn"u8, state.Arn);
        writer.WriteString("BulkOperationStatus"u8, state.Status);
    }
}
