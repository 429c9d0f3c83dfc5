using System.Globalization;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Insights;

/// <summary>A rule of CloudWatch that DynamoDB makes where Contributor Insights is switched on.</summary>
/// <param name="Name">
/// Its name: <c>DynamoDBContributorInsights-PKC-[table or table-index]-[milliseconds of its creation]</c>. Source: DynamoDB's developer
/// guide; answers of the service that others recorded. CloudWatch takes 128 characters, so a longer name of a table is cut: that is ours.
/// </param>
/// <param name="TableName">The table.</param>
/// <param name="IndexName">The global index; null for the table itself.</param>
/// <param name="Kind">What it ranks.</param>
/// <param name="KeyNames">The attributes that tell one contributor from another, partition key first.</param>
public sealed record ContributorRule(
    string Name, string TableName, string? IndexName, ContributorRuleKind Kind, IReadOnlyList<string> KeyNames)
{
    private const int MaxNameLength = 128;

    /// <summary>The rules of a table or index, in the order in which the service lists them.</summary>
    /// <param name="tableName">The table.</param>
    /// <param name="indexName">The global index; null for the table itself.</param>
    /// <param name="layout">Its key.</param>
    /// <param name="mode"><c>ACCESSED_AND_THROTTLED_KEYS</c>, or <c>THROTTLED_KEYS</c>, which has rules of throttled keys only.</param>
    /// <param name="since">When it was switched on.</param>
    internal static IReadOnlyList<ContributorRule> Of(
        string tableName, string? indexName, KeyLayout layout, string mode, DateTimeOffset since)
    {
        string resource = indexName is null ? tableName : $"{tableName}-{indexName}";
        string created = since.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        return
        [
            .. Enum.GetValues<ContributorRuleKind>()
                .Where(kind => (layout.Range.Count > 0 || !IsOfItems(kind)) && (mode != "THROTTLED_KEYS" || IsOfThrottled(kind)))
                .Select(kind => new ContributorRule(
                    NameOf(kind, resource, created),
                    tableName,
                    indexName,
                    kind,
                    [.. (IsOfItems(kind) ? layout.Attributes : layout.Hash).Select(key => key.Name)])),
        ];
    }

    internal static bool IsOfItems(ContributorRuleKind kind) =>
        kind is ContributorRuleKind.SortKeysAccessed or ContributorRuleKind.SortKeysThrottled;

    internal static bool IsOfThrottled(ContributorRuleKind kind) =>
        kind is ContributorRuleKind.PartitionKeysThrottled or ContributorRuleKind.SortKeysThrottled;

    private static string NameOf(ContributorRuleKind kind, string resource, string created)
    {
        string begin = $"DynamoDBContributorInsights-{(IsOfItems(kind) ? "SK" : "PK")}{(IsOfThrottled(kind) ? "T" : "C")}-";
        int room = MaxNameLength - begin.Length - 1 - created.Length;
        return $"{begin}{(resource.Length > room ? resource[..room] : resource)}-{created}";
    }
}
