using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DaxProxy.Conformance;

/// <summary>
/// A table to make, in few words (shared between tests once made): <c>new TableShape("p:S s:N").Lsi("byA", "p:S a:N", "ALL")</c>.
/// </summary>
/// <param name="key">Key attributes with their types, the partition key first.</param>
internal sealed class TableShape(string key)
{
    private readonly SortedDictionary<string, string> types = new(Parse(key).ToDictionary(), StringComparer.Ordinal);
    private readonly List<LocalSecondaryIndex> local = [];
    private readonly List<GlobalSecondaryIndex> global = [];

    /// <summary>Adds a local index; a projection is <c>ALL</c>, <c>KEYS_ONLY</c> or the names to include.</summary>
    public TableShape Lsi(string name, string indexKey, string projection)
    {
        local.Add(new LocalSecondaryIndex { IndexName = name, KeySchema = Schema(indexKey), Projection = ProjectionOf(projection) });
        return this;
    }

    /// <summary>Adds a global index.</summary>
    public TableShape Gsi(string name, string indexKey, string projection)
    {
        global.Add(new GlobalSecondaryIndex { IndexName = name, KeySchema = Schema(indexKey), Projection = ProjectionOf(projection) });
        return this;
    }

    /// <summary>The request that makes the table.</summary>
    public CreateTableRequest Request(string name) => new()
    {
        TableName = name,
        KeySchema = Schema(key),
        AttributeDefinitions = [.. types.Select(type => new AttributeDefinition(type.Key, type.Value))],
        BillingMode = BillingMode.PAY_PER_REQUEST,
        LocalSecondaryIndexes = local.Count == 0 ? null : local,
        GlobalSecondaryIndexes = global.Count == 0 ? null : global,
    };

    private static IEnumerable<KeyValuePair<string, string>> Parse(string attributes) =>
        attributes.Split(' ').Select(attribute => attribute.Split(':')).Select(pair => KeyValuePair.Create(pair[0], pair[1]));

    private static Projection ProjectionOf(string text) => text is "ALL" or "KEYS_ONLY"
        ? new Projection { ProjectionType = text }
        : new Projection { ProjectionType = "INCLUDE", NonKeyAttributes = [.. text.Split(' ')] };

    private List<KeySchemaElement> Schema(string attributes)
    {
        List<KeySchemaElement> schema = [];
        foreach ((string name, string type) in Parse(attributes))
        {
            types.TryAdd(name, type);
            schema.Add(new KeySchemaElement(name, schema.Count == 0 ? KeyType.HASH : KeyType.RANGE));
        }

        return schema;
    }
}
