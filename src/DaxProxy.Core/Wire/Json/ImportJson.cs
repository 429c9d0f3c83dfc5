using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>ImportTable, DescribeImport and ListImports in JSON.</summary>
internal static class ImportJson
{
    public static JsonVerb StartVerb { get; } = JsonVerb.Of<TransferReply>(ImportTable.Definition, Read, Write);

    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<TransferReply>(
        DescribeTransfer.OfImport,
        (json, _) => new DescribeTransfer(DescribeTransfer.OfImport) { Arn = json.Text("ImportArn")! },
        Write);

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<TransferListReply>(
        ListTransfers.OfImports,
        (json, _) => new ListTransfers(ListTransfers.OfImports)
        {
            TableArn = json.Text("TableArn"),
            MaxResults = json.Integer("PageSize"),
            NextToken = json.Text("NextToken"),
        },
        (writer, reply) => TransferMembers.WriteList(writer, reply, "ImportSummaryList", WriteSummary));

    private static ImportTable Read(JsonElement json, ValidationLayer layer)
    {
        JsonElement? csv = json.Member("InputFormatOptions")?.Member("Csv");
        return new ImportTable
        {
            Input = new TransferInput(
                TransferMembers.ReadPlace(json.GetProperty("S3BucketSource")),
                json.Choice<TransferFormat>("InputFormat"),
                json.Choice<TransferCompression>("InputCompressionType"))
            {
                Delimiter = csv?.Text("Delimiter") is [char delimiter] ? delimiter : ',',
                Header = csv?.Texts("HeaderList"),
            },
            HasCsvOptions = csv is not null,
            Table = CreateTableJson.Read(json.GetProperty("TableCreationParameters"), layer),
            ClientToken = json.Text("ClientToken"),
            Sent = TransferMembers.Sent(
                json, InputModel.Operations[ImportTable.Definition.Target],
                "ClientToken", "S3BucketSource", "InputFormat", "InputFormatOptions", "InputCompressionType", "TableCreationParameters"),
        };
    }

    private static void Write(Utf8JsonWriter writer, TransferReply reply)
    {
        TransferState state = reply.State;
        writer.WriteStartObject("ImportTableDescription"u8);
        writer.WriteString("ImportArn"u8, state.Arn);
        writer.WriteString("ImportStatus"u8, state.Status);
        writer.WriteString("TableArn"u8, state.TableArn);
        writer.WriteString("TableId"u8, state.TableId);
        TransferMembers.WriteSent(writer, state);
        writer.WriteNumber("ErrorCount"u8, state.FailedItems);
        TableDescriptionJson.WriteTime(writer, "StartTime"u8, state.StartTime);
        TableDescriptionJson.WriteTime(writer, "EndTime"u8, state.EndTime);
        writer.WriteNumber("ProcessedSizeBytes"u8, state.ProcessedBytes);
        writer.WriteNumber("ProcessedItemCount"u8, state.ProcessedItems);
        writer.WriteNumber("ImportedItemCount"u8, state.WrittenItems);
        TransferMembers.WriteFailure(writer, state);
        writer.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter writer, TransferState state)
    {
        writer.WriteString("ImportArn"u8, state.Arn);
        writer.WriteString("ImportStatus"u8, state.Status);
        writer.WriteString("TableArn"u8, state.TableArn);
        using (JsonDocument sent = JsonDocument.Parse(state.Sent))
        {
            writer.WritePropertyName("S3BucketSource"u8);
            sent.RootElement.GetProperty("S3BucketSource").WriteTo(writer);
            writer.WriteString("InputFormat"u8, sent.RootElement.Text("InputFormat"));
        }

        TableDescriptionJson.WriteTime(writer, "StartTime"u8, state.StartTime);
        TableDescriptionJson.WriteTime(writer, "EndTime"u8, state.EndTime);
    }
}
