using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>
/// The members that answers share. What came from the backend is normalised on the way in, as everything is that is kept.
/// </summary>
internal static class ReplyMembers
{
    private static readonly string[] SplitMembers = ["ReadCapacityUnits", "WriteCapacityUnits"];

    /// <summary>A text that an answer must have.</summary>
    /// <exception cref="JsonException">It has none.</exception>
    public static string Required(this JsonElement json, string member) => json.Text(member) ?? throw new JsonException($"No {member}.");

    /// <summary>A number that can be written again.</summary>
    /// <exception cref="JsonException">It is larger than any.</exception>
    public static double Number(this JsonElement json) =>
        json.GetDouble() is double number && double.IsFinite(number) ? number : throw new JsonException("No number.");

    public static Item? OptionalItem(this JsonElement json, string member) => json.Member(member) is { } item ? ReadItem(item) : null;

    public static Item ReadItem(JsonElement json) => Item.FromAttributes(ReadAttributes(json));

    public static List<Item> ReadItems(JsonElement list) => [.. list.EnumerateArray().Select(ReadItem)];

    public static AttributeMap ReadAttributes(JsonElement json)
    {
        Decoded<AttributeMap> read = AttributeReader.ReadMap(json, ValidationLayer.Older);
        return read.Value ?? throw new JsonException($"No attributes: {read.Fault}");
    }

    public static ConsumedCapacity? ReadCapacity(JsonElement json) =>
        json.Member("ConsumedCapacity") is { } capacity ? ReadCapacityOf(capacity) : null;

    public static IReadOnlyList<ConsumedCapacity>? ReadCapacities(JsonElement json) =>
        json.Member("ConsumedCapacity") is { } list ? [.. list.EnumerateArray().Select(ReadCapacityOf)] : null;

    /// <summary>The collections of batches and transactions: lists by table.</summary>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>>? ReadCollections(JsonElement json) =>
        json.Member("ItemCollectionMetrics") is { } tables
            ?
            [
                .. tables.EnumerateObject().Select(table => new KeyValuePair<string, IReadOnlyList<ItemCollectionMetrics>>(
                    table.Name, [.. table.Value.EnumerateArray().Select(ReadCollection)])),
            ]
            : null;

    public static ItemCollectionMetrics ReadCollection(JsonElement json)
    {
        AttributeMap key = ReadAttributes(json.GetProperty("ItemCollectionKey"));
        return (JsonElement[])[.. json.GetProperty("SizeEstimateRangeGB").EnumerateArray()] is [{ } least, { } most]
            ? new ItemCollectionMetrics(key, least.Number(), most.Number())
            : throw new JsonException("No SizeEstimateRangeGB.");
    }

    private static ConsumedCapacity ReadCapacityOf(JsonElement json)
    {
        // Without the shares the sum stands for the table alone, which shows the same.
        JsonElement? table = json.Member("Table");
        return new ConsumedCapacity(
            json.Text("TableName") ?? "",
            Units(table ?? json),
            ReadShares(json, "LocalSecondaryIndexes"),
            ReadShares(json, "GlobalSecondaryIndexes"))
        {
            ShowShares = table is not null,
            SplitMember = json.FirstOf(SplitMembers),
            VectorIndexBytes = json.Member("VectorIndexes") is { } vectors
                ? vectors.EnumerateObject().ToDictionary(
                    index => index.Name,
                    index => index.Value.Member("VectorWriteRequestBytes")?.Number() ?? 0,
                    StringComparer.Ordinal)
                : null,
        };
    }

    private static Dictionary<string, double>? ReadShares(JsonElement json, string member) => json.Member(member) is { } indexes
        ? indexes.EnumerateObject().ToDictionary(index => index.Name, index => Units(index.Value), StringComparer.Ordinal)
        : null;

    private static double Units(JsonElement json) => json.Member("CapacityUnits")?.Number() ?? 0;
}
