using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// The parameters that were there before expressions, in JSON. Each map comes as a list in the order sent; of a repeated name the last
/// entry counts, and an entry that is null does not.
/// </summary>
internal static class LegacyJson
{
    public static IReadOnlyList<string>? AttributesToGet(this JsonElement json) => json.Member("AttributesToGet") is { } names
        ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)]
        : null;

    public static IReadOnlyList<AttributeCondition>? Conditions(this JsonElement json, string member, ValidationLayer layer) =>
        Entries(json, member)?.ConvertAll(entry => new AttributeCondition(
            entry.Name, entry.Value.Choice<ComparisonOperator>("ComparisonOperator"), ReadValues(entry.Value, layer) ?? []));

    public static IReadOnlyList<ExpectedAttributeValue>? Expected(this JsonElement json, ValidationLayer layer) =>
        Entries(json, "Expected")?.ConvertAll(entry => new ExpectedAttributeValue(
            entry.Name,
            ReadValue(entry.Value, layer),
            entry.Value.Member("Exists") is null ? null : entry.Value.Flag("Exists"),
            entry.Value.OptionalChoice<ComparisonOperator>("ComparisonOperator"),
            ReadValues(entry.Value, layer)));

    public static IReadOnlyList<AttributeValueUpdate>? AttributeUpdates(this JsonElement json, ValidationLayer layer) =>
        Entries(json, "AttributeUpdates")?.ConvertAll(entry => new AttributeValueUpdate(
            entry.Name, entry.Value.Choice<AttributeAction>("Action"), ReadValue(entry.Value, layer)));

    private static List<JsonProperty>? Entries(JsonElement json, string member)
    {
        if (json.Member(member) is not { } map)
        {
            return null;
        }

        Dictionary<string, int> positions = new(StringComparer.Ordinal);
        List<JsonProperty> entries = [];
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (positions.TryAdd(entry.Name, entries.Count))
            {
                entries.Add(entry);
            }
            else
            {
                entries[positions[entry.Name]] = entry;
            }
        }

        return entries;
    }

    private static Decoded<AttributeValue>? ReadValue(JsonElement entry, ValidationLayer layer)
    {
        if (entry.Member("Value") is { } value)
        {
            return AttributeReader.Read(value, layer);
        }

        return null;
    }

    private static Decoded<AttributeValue>[]? ReadValues(JsonElement entry, ValidationLayer layer) =>
        entry.Member("AttributeValueList") is { } list
            ? [.. list.EnumerateArray().Select(value => AttributeReader.Read(value, layer))]
            : null;
}
