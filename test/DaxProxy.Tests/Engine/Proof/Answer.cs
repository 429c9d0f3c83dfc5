using System.Text.Json;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>A reply as a client reads it, with what can be demanded of it.</summary>
internal sealed class Answer(string text)
{
    public JsonElement Root { get; } = JsonDocument.Parse(text).RootElement;

    public string? Error => Root.TryGetProperty("__type", out JsonElement type) ? type.GetString()!.Split('#')[^1] : null;

    public string? Message =>
        Root.TryGetProperty("message", out JsonElement text) || Root.TryGetProperty(nameof(Message), out text) ? text.GetString() : null;

    public int Count(string member) => Root.GetProperty(member).GetInt32();

    public static void Demand(bool isTrue, string what)
    {
        if (!isTrue)
        {
            throw new ProofException(what);
        }
    }

    public static void Same(string what, object? expected, object? actual) =>
        Demand(Equals(expected, actual), $"{what}: expected {expected ?? "nothing"}, got {actual ?? "nothing"}");

    public void DemandSuccess() => Same("error", null, Error is null ? null : $"{Error}: {Message}");

    /// <summary>Demands a refusal with one of the texts; null for any text.</summary>
    public void DemandError(string error, IReadOnlySet<string>? messages)
    {
        Same("error", error, Error is null ? null : Error);
        Demand(
            messages?.Contains(Message!) != false,
            $"text: expected one of [{string.Join(" | ", messages ?? new HashSet<string>())}], got {Message}");
    }

    public Dictionary<string, ModelValue>? Map(string member) => Map(Root, member);

    public static Dictionary<string, ModelValue>? Map(JsonElement parent, string member) =>
        parent.TryGetProperty(member, out JsonElement map) ? ModelValue.ReadMap(map) : null;

    public void DemandMap(string member, Dictionary<string, ModelValue>? expected) => DemandMap(Root, member, expected);

    public static void DemandMap(JsonElement parent, string member, Dictionary<string, ModelValue>? expected) =>
        Same(member, ModelValue.TextOf(expected), ModelValue.TextOf(Map(parent, member)));

    /// <summary>Demands what was consumed, as asked for.</summary>
    /// <param name="consumed">The consumed capacity of one table; null when the reply has none.</param>
    /// <param name="detail">INDEXES, TOTAL or NONE.</param>
    /// <param name="table">Units of the table.</param>
    /// <param name="indexes">Units of indexes by name.</param>
    public static void DemandUnits(JsonElement? consumed, string detail, double table, IReadOnlyDictionary<string, double> indexes)
    {
        if (detail == "NONE")
        {
            Same("consumed capacity", null, consumed?.ToString());
            return;
        }

        Demand(consumed is not null, "no consumed capacity");
        Same("units", table + indexes.Values.Sum(), consumed!.Value.GetProperty("CapacityUnits").GetDouble());
        if (detail == "INDEXES")
        {
            Same("units of the table", table, consumed.Value.GetProperty("Table").GetProperty("CapacityUnits").GetDouble());
            IEnumerable<string> shares = new[] { "LocalSecondaryIndexes", "GlobalSecondaryIndexes" }
                .Where(kind => consumed.Value.TryGetProperty(kind, out _))
                .SelectMany(kind => consumed.Value.GetProperty(kind).EnumerateObject())
                .Select(index => $"{index.Name}={index.Value.GetProperty("CapacityUnits").GetDouble()}");
            Same(
                "units of indexes",
                string.Join(", ", indexes.Select(index => $"{index.Key}={index.Value}").Order(StringComparer.Ordinal)),
                string.Join(", ", shares.Order(StringComparer.Ordinal)));
        }
    }

    public JsonElement? Consumed => Root.TryGetProperty("ConsumedCapacity", out JsonElement consumed) ? consumed : null;

    /// <summary>What a batch or transaction consumed of one table.</summary>
    public JsonElement? ConsumedOf(string table) =>
        Consumed?.EnumerateArray().Where(consumed => consumed.GetProperty("TableName").GetString() == table)
            .Select(consumed => (JsonElement?)consumed).SingleOrDefault();
}
