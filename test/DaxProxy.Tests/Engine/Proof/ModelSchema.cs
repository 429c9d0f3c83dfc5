using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>A key attribute.</summary>
internal sealed record ModelKey(string Name, string Type);

/// <summary>A secondary index, or (without a name) the table itself, as something that queries and scans read.</summary>
/// <param name="Name">Name; null for the table.</param>
/// <param name="IsGlobal">Whether it is a global index.</param>
/// <param name="Hash">Partition key.</param>
/// <param name="Range">Sort key.</param>
/// <param name="Projected">Names held beside keys; null for all.</param>
internal sealed record ModelIndex(
    string? Name, bool IsGlobal, IReadOnlyList<ModelKey> Hash, IReadOnlyList<ModelKey> Range, IReadOnlyList<string>? Projected)
{
    public IEnumerable<ModelKey> Keys => Hash.Concat(Range);

    public JsonObject ToJson()
    {
        JsonObject projection = new() { ["ProjectionType"] = Projected is null ? "ALL" : Projected.Count == 0 ? "KEYS_ONLY" : "INCLUDE" };
        if (Projected is { Count: > 0 })
        {
            projection["NonKeyAttributes"] = new JsonArray([.. Projected.Select(name => (JsonNode)name)]);
        }

        return new() { ["IndexName"] = Name, ["KeySchema"] = KeySchema(), ["Projection"] = projection };
    }

    public JsonArray KeySchema() => new(
    [
        .. Hash.Select(key => new JsonObject { ["AttributeName"] = key.Name, ["KeyType"] = "HASH" }),
        .. Range.Select(key => new JsonObject { ["AttributeName"] = key.Name, ["KeyType"] = "RANGE" }),
    ]);
}

/// <summary>A table's name, key and indexes.</summary>
internal sealed record ModelSchema(string Name, ModelIndex Table, IReadOnlyList<ModelIndex> Indexes)
{
    public IEnumerable<ModelIndex> Sources => Indexes.Prepend(Table);

    /// <summary>Names of all keys: paths must not lead into these.</summary>
    public HashSet<string> KeyNames => [.. Sources.SelectMany(source => source.Keys).Select(key => key.Name)];

    public bool IsTableKey(string name) => Table.Keys.Any(key => key.Name == name);

    /// <summary>Whether what is read holds an attribute.</summary>
    public bool Holds(ModelIndex source, string name) =>
        source.Projected is null || source.Projected.Contains(name) || IsTableKey(name) || source.Keys.Any(key => key.Name == name);

    /// <summary>Names of a position in what is read.</summary>
    public IEnumerable<string> PositionNames(ModelIndex source) =>
        source.Keys.Concat(Table.Keys).Select(key => key.Name).Distinct();

    public string CreateTable()
    {
        JsonObject request = new()
        {
            ["TableName"] = Name,
            ["BillingMode"] = "PAY_PER_REQUEST",
            ["KeySchema"] = Table.KeySchema(),
            ["AttributeDefinitions"] = new JsonArray([.. Sources.SelectMany(source => source.Keys).Distinct()
                .Select(key => new JsonObject { ["AttributeName"] = key.Name, ["AttributeType"] = key.Type })]),
        };
        Add("LocalSecondaryIndexes", isGlobal: false);
        Add("GlobalSecondaryIndexes", isGlobal: true);
        return request.ToJsonString();

        void Add(string member, bool isGlobal)
        {
            if (Indexes.Any(index => index.IsGlobal == isGlobal))
            {
                request[member] = new JsonArray([.. Indexes.Where(index => index.IsGlobal == isGlobal).Select(index => index.ToJson())]);
            }
        }
    }
}
