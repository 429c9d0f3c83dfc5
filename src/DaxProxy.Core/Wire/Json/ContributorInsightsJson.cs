using System.Text.Json;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>UpdateContributorInsights, DescribeContributorInsights and ListContributorInsights in JSON.</summary>
internal static class ContributorInsightsJson
{
    public static JsonVerb UpdateVerb { get; } = JsonVerb.Of<ContributorInsightsReply>(
        UpdateContributorInsights.Definition,
        (json, _) => new UpdateContributorInsights
        {
            TableName = json.TableName(),
            IndexName = json.Text("IndexName"),
            Enabled = json.Text("ContributorInsightsAction") == "ENABLE",
            Mode = json.Text("ContributorInsightsMode") ?? UpdateContributorInsights.DefaultMode,
        },
        Write);

    public static JsonVerb DescribeVerb { get; } = JsonVerb.Of<ContributorInsightsReply>(
        DescribeContributorInsights.Definition,
        (json, _) => new DescribeContributorInsights
        {
            TableName = json.TableName(),
            IndexName = json.Text("IndexName"),
        },
        Write);

    public static JsonVerb ListVerb { get; } = JsonVerb.Of<ListContributorInsightsReply>(
        ListContributorInsights.Definition,
        (json, _) => new ListContributorInsights
        {
            TableName = json.Text("TableName") is null ? null : json.TableName(),
            MaxResults = Math.Max(1, json.Integer("MaxResults") ?? ListContributorInsights.MaxPage),
            NextToken = json.Text("NextToken"),
        },
        Write);

    private static void Write(Utf8JsonWriter writer, ContributorInsightsReply reply)
    {
        WriteMembers(writer, reply.Insights);
        if (reply.Rules is not null)
        {
            writer.WriteStartArray("ContributorInsightsRuleList"u8);
            foreach (string rule in reply.Rules)
            {
                writer.WriteStringValue(rule);
            }

            writer.WriteEndArray();
        }

        TableDescriptionJson.WriteTime(writer, "LastUpdateDateTime"u8, reply.LastUpdate);
    }

    private static void Write(Utf8JsonWriter writer, ListContributorInsightsReply reply)
    {
        writer.WriteStartArray("ContributorInsightsSummaries"u8);
        foreach (ContributorInsights insights in reply.Settings)
        {
            writer.WriteStartObject();
            WriteMembers(writer, insights);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (reply.NextToken is not null)
        {
            writer.WriteString("NextToken"u8, reply.NextToken);
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, ContributorInsights insights)
    {
        writer.WriteString("TableName"u8, insights.TableName);
        if (insights.IndexName is not null)
        {
            writer.WriteString("IndexName"u8, insights.IndexName);
        }

        writer.WriteString("ContributorInsightsStatus"u8, insights.Status);
        if (insights.Mode is not null)
        {
            writer.WriteString("ContributorInsightsMode"u8, insights.Mode);
        }
    }
}
