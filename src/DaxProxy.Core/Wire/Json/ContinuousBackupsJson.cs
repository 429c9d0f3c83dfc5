using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>UpdateContinuousBackups and DescribeContinuousBackups in JSON.</summary>
internal static class ContinuousBackupsJson
{
    public static JsonVerb UpdateVerb { get; } = JsonVerb.Of<ContinuousBackupsReply>(UpdateContinuousBackups.Definition, Read, Write);

    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<ContinuousBackupsReply>(
        DescribeContinuousBackups.Definition, (json, _) => new DescribeContinuousBackups { TableName = json.TableName() }, Write);

    private static void Write(Utf8JsonWriter writer, ContinuousBackupsReply reply)
    {
        writer.WriteStartObject("ContinuousBackupsDescription"u8);
        writer.WriteString("ContinuousBackupsStatus"u8, reply.IsAvailable ? "ENABLED"u8 : "DISABLED"u8);
        writer.WriteStartObject("PointInTimeRecoveryDescription"u8);
        writer.WriteString("PointInTimeRecoveryStatus"u8, reply.RecoveryPeriodInDays is null ? "DISABLED"u8 : "ENABLED"u8);
        if (reply.RecoveryPeriodInDays is { } days)
        {
            writer.WriteNumber("RecoveryPeriodInDays"u8, days);
        }

        TableDescriptionJson.WriteTime(writer, "EarliestRestorableDateTime"u8, reply.Earliest);
        TableDescriptionJson.WriteTime(writer, "LatestRestorableDateTime"u8, reply.Latest);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static UpdateContinuousBackups Read(JsonElement json, ValidationLayer layer)
    {
        JsonElement specification = json.GetProperty("PointInTimeRecoverySpecification");
        return new UpdateContinuousBackups
        {
            TableName = json.TableName(),
            Enabled = specification.Flag("PointInTimeRecoveryEnabled"),
            RecoveryPeriodInDays = specification.Integer("RecoveryPeriodInDays"),
        };
    }
}
