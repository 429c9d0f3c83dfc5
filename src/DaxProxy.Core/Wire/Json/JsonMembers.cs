using System.Buffers;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>Typed access to the members of a request whose kinds and constraints have been checked. Absent and null are the same.</summary>
internal static class JsonMembers
{
    /// <summary>The latest time that a request can name: what is rounded up from it is still a time.</summary>
    private static readonly DateTimeOffset Latest = DateTimeOffset.MaxValue.AddDays(-1);

    /// <summary>The characters of table and index names.</summary>
    public static SearchValues<char> NameCharacters { get; } =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>The member, or null.</summary>
    public static JsonElement? Member(this JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The first of several members that is there; null for none.</summary>
    public static string? FirstOf(this JsonElement json, IEnumerable<string> names) =>
        names.FirstOrDefault(name => json.Member(name) is not null);

    public static string? Text(this JsonElement json, string name) => json.Member(name)?.GetString();

    public static bool Flag(this JsonElement json, string name, bool absent = false) => json.Member(name) switch
    {
        null => absent,
        { ValueKind: JsonValueKind.String } text => TryReadBoolean(text.GetString()!, out bool value) && value,
        { } flag => flag.ValueKind == JsonValueKind.True,
    };

    public static int? Integer(this JsonElement json, string name) => json.Member(name) is { } number
        ? (int)Math.Clamp(ToInt64(number), int.MinValue, int.MaxValue)
        : null;

    public static long? Long(this JsonElement json, string name) => json.Member(name) is { } number ? ToInt64(number) : null;

    /// <summary>A time in seconds since 1970, to the microsecond, within what can be told apart from no time at all.</summary>
    public static DateTimeOffset? Time(this JsonElement json, string name)
    {
        if (json.Member(name) is not { } number)
        {
            return null;
        }

        double microseconds = Math.Round(number.GetDouble() * 1_000_000);
        double latest = (Latest - DateTimeOffset.UnixEpoch).TotalSeconds * 1_000_000;
        return microseconds < 0 ? DateTimeOffset.UnixEpoch
            : microseconds < latest ? DateTimeOffset.UnixEpoch.AddMicroseconds((long)microseconds)
            : Latest;
    }

    public static TEnum Choice<TEnum>(this JsonElement json, string name)
        where TEnum : struct, Enum => json.OptionalChoice<TEnum>(name) ?? default;

    public static TEnum? OptionalChoice<TEnum>(this JsonElement json, string name)
        where TEnum : struct, Enum => json.Text(name) is { } text ? Enum.Parse<TEnum>(text) : null;

    public static IReadOnlyList<string>? Texts(this JsonElement json, string name) =>
        json.Member(name) is { } list ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : null;

    /// <summary>The table a request names, by its plain name or its resource name.</summary>
    public static string TableName(this JsonElement json) => PlainTableName(json.Text("TableName")!);

    /// <summary>The last part of a table's resource name; any other text as it is.</summary>
    public static string PlainTableName(string nameOrArn)
    {
        const string Resource = ":table/";
        int at = TableNames.IsArn(nameOrArn) ? nameOrArn.IndexOf(Resource, StringComparison.Ordinal) : -1;
        return at < 0 ? nameOrArn : nameOrArn[(at + Resource.Length)..];
    }

    public static Decoded<AttributeMap> Attributes(this JsonElement json, string name, ValidationLayer layer) =>
        AttributeReader.ReadMap(json.GetProperty(name), layer);

    public static Decoded<AttributeMap>? OptionalAttributes(this JsonElement json, string name, ValidationLayer layer)
    {
        if (json.Member(name) is { } attributes)
        {
            return AttributeReader.ReadMap(attributes, layer);
        }

        return null;
    }

    /// <param name="json">The request, or an action of a transaction.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="moreLevels">How many levels values may have beyond those that an item may.</param>
    public static ExpressionParameters Expressions(this JsonElement json, ValidationLayer layer, int moreLevels = 0)
    {
        JsonElement? names = json.Member("ExpressionAttributeNames"), values = json.Member("ExpressionAttributeValues");
        if (names is null && values is null)
        {
            return ExpressionParameters.None;
        }

        Dictionary<string, string>? byReference = names is null ? null : new(StringComparer.Ordinal);
        foreach (JsonProperty name in names?.EnumerateObject() ?? default)
        {
            if (name.Value.ValueKind == JsonValueKind.String)
            {
                byReference![name.Name] = name.Value.GetString()!;
            }
        }

        return new ExpressionParameters(byReference, values is null ? null : ReadValues(values.Value, layer, moreLevels));
    }

    /// <summary>Whole numbers as they are, others rounded down, as the service does.</summary>
    public static long ToInt64(JsonElement number) => number.TryGetInt64(out long value)
        ? value
        : (long)Math.Clamp(Math.Floor(number.GetDouble()), long.MinValue, long.MaxValue);

    /// <summary>Texts that count as booleans.</summary>
    public static bool TryReadBoolean(string text, out bool value)
    {
        value = text.ToUpperInvariant() is "TRUE" or "1" or "YES";
        return value || text.ToUpperInvariant() is "FALSE" or "0" or "NO";
    }

    private static List<KeyValuePair<string, Decoded<AttributeValue>>> ReadValues(
        JsonElement values, ValidationLayer layer, int moreLevels)
    {
        Dictionary<string, int> positions = new(StringComparer.Ordinal);
        List<KeyValuePair<string, Decoded<AttributeValue>>> read = [];
        foreach (JsonProperty value in values.EnumerateObject())
        {
            KeyValuePair<string, Decoded<AttributeValue>> pair = new(value.Name, AttributeReader.Read(value.Value, layer, moreLevels));
            if (positions.TryAdd(value.Name, read.Count))
            {
                read.Add(pair);
            }
            else
            {
                read[positions[value.Name]] = pair;
            }
        }

        return read;
    }
}
