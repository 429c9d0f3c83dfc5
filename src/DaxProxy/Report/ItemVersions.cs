using System.Globalization;
using System.Text.Json;

namespace DaxProxy.Report;

/// <summary>The items that a reply shows, each with its version. Immutable.</summary>
/// <param name="byItem">The version of each item, by its number: the order of sort keys.</param>
internal sealed class ItemVersions(SortedList<int, int> byItem)
{
    /// <summary>What a reply to GetItem or Query shows.</summary>
    public static ItemVersions Read(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        SortedList<int, int> versions = [];
        if (document.RootElement.TryGetProperty("Items", out JsonElement items))
        {
            foreach (JsonElement item in items.EnumerateArray())
            {
                Add(item);
            }
        }
        else if (document.RootElement.TryGetProperty("Item", out JsonElement item))
        {
            Add(item);
        }

        return new ItemVersions(versions);

        void Add(JsonElement item) =>
            versions[NumberOf(item.GetProperty("sk").GetProperty("S"))] = NumberOf(item.GetProperty("v").GetProperty("N"));

        static int NumberOf(JsonElement text) => int.Parse(text.GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Those of them that every later read has to show: writes that are still under way may be seen by one reader and not yet by another.
    /// </summary>
    public ItemVersions Settled(ItemSet items) =>
        new(new SortedList<int, int>(byItem.ToDictionary(item => item.Key, item => items.Settled(item.Key, item.Value))));

    /// <summary>Whether these are certainly older than others that were settled before these were asked for.</summary>
    /// <param name="earlier">The others, read consistently by the same request.</param>
    /// <param name="most">Most items that the request may show.</param>
    /// <remarks>
    /// Items are never removed, so one that was there and is missing is stale too, unless the page was full before its place.
    /// </remarks>
    public bool IsOlderThan(ItemVersions earlier, int most) => earlier.All.Any(item => byItem.TryGetValue(item.Key, out int version)
        ? version < item.Value
        : item.Value > 0 && (byItem.Count < most || item.Key < byItem.Keys[^1]));

    private SortedList<int, int> All => byItem;
}
