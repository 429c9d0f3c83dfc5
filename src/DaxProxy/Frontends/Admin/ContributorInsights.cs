using System.Buffers;
using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Engine.Insights;
using DaxProxy.Options;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// The body of <c>/api/contributor-insights</c>: which keys of a table consume most or are throttled most, where Contributor Insights is
/// switched on. At AWS that is read from CloudWatch.
/// </summary>
internal static class ContributorInsights
{
    /// <summary>Writes it.</summary>
    /// <param name="display">What may be shown at all.</param>
    /// <param name="maySeeKeys">Whether who asks may see keys.</param>
    /// <param name="reports">What is counted; null where nothing counts.</param>
    /// <param name="time">The clock.</param>
    public static byte[] Write(HotKeyDisplay display, bool maySeeKeys, ContributorReports? reports, TimeProvider time)
    {
        bool showsKeys = display == HotKeyDisplay.Keys && maySeeKeys;
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output, AttributeJson.WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("shows", showsKeys ? "keys" : "hashes");
        writer.WriteStartArray("rules");
        DateTimeOffset now = time.GetUtcNow();
        foreach (ContributorRule rule in reports?.Rules ?? [])
        {
            // Null where it was switched off in this moment.
            if (reports!.Read(
                rule.Name, now - ContributorReports.Kept, now, TimeSpan.FromMinutes(1), ContributorReports.MostContributors) is { } report)
            {
                WriteRule(writer, rule, report, showsKeys);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteRule(Utf8JsonWriter writer, ContributorRule rule, ContributorReport report, bool showsKeys)
    {
        writer.WriteStartObject();
        writer.WriteString("rule", rule.Name);
        writer.WriteString("table", rule.TableName);
        if (rule.IndexName is not null)
        {
            writer.WriteString("index", rule.IndexName);
        }

        writer.WriteString("counts", CountedBy(rule.Kind));
        writer.WriteNumber("sum", report.Sum);
        writer.WriteNumber("keys", report.UniqueContributors);
        writer.WriteStartArray("contributors");
        foreach (Contributor contributor in report.Contributors)
        {
            writer.WriteStartObject();
            if (showsKeys)
            {
                writer.WritePropertyName("key");
                AttributeJson.Write(writer, contributor.Key);
            }

            writer.WriteString("hash", HotKeys.Shown(contributor.Hash));
            writer.WriteNumber("sum", contributor.Sum);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("minutes");
        foreach (ContributorPeriod minute in report.Periods)
        {
            writer.WriteStartObject();
            writer.WriteString("start", minute.Start.UtcDateTime);
            writer.WriteNumber("sum", minute.Sum);
            writer.WriteNumber("max", minute.Max);
            writer.WriteNumber("keys", minute.UniqueContributors);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string CountedBy(ContributorRuleKind kind) =>
        kind is ContributorRuleKind.PartitionKeysAccessed or ContributorRuleKind.SortKeysAccessed ? "consumed" : "throttled";
}
