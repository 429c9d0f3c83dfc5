using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// A table to check with, in few words: keys are <c>p:S s:N</c>, several partition attributes of an index are joined by <c>+</c>.
/// </summary>
internal sealed record Design(string Name, string Key, params IReadOnlyList<Design.Index> Indexes)
{
    /// <summary>The tables of every check, each with an index of another kind.</summary>
    public static IReadOnlyList<Design> All { get; } =
    [
        new("Nums", "p:S s:N",
            new Index("byA", false, "p:S", "a:S", "KEYS_ONLY"),
            new Index("byB", false, "p:S", "b:N", "ALL"),
            new Index("sparse", true, "g:S", "", "KEYS_ONLY"),
            new Index("inverted", true, "s:N", "p:S", "ALL"),
            new Index("inc", true, "g:S", "n:N", "u")),
        new("Texts", "p:S s:S",
            new Index("byT", false, "p:S", "t:S", "u"),
            new Index("multi", true, "g:S+c:S", "a:S+n:N", "ALL"),
            new Index("turned", true, "s:S", "p:S", "KEYS_ONLY"),
            new Index("mixed", true, "g:S", "p:S", "KEYS_ONLY")),
        new("Plain", "h:S", new Index("byG", true, "g:S", "n:N", "ALL")),
    ];

    /// <summary>The index that comes and goes while the table is there.</summary>
    public static Index Late { get; } = new("late", true, "c:S", "n:N", "u");

    public static Design Of(string name) => All.Single(design => design.Name == name);

    /// <summary>Whether an index is a global one.</summary>
    public static bool IsGlobal(string index) =>
        All.SelectMany(design => design.Indexes).Append(Late).First(known => known.Name == index).IsGlobal;

    /// <summary>The key of an item of a table, whether the table is there or not.</summary>
    public static ItemKey KeyOf(string table, AttributeMap attributes) =>
        ItemKey.Of(new KeySchema(
            Parts(table)[0].Name, Parts(table)[0].Type, Parts(table).ElementAtOrDefault(1).Name, Parts(table).ElementAtOrDefault(1).Type),
            attributes);

    /// <summary>The table as the service describes it.</summary>
    public TableDescription Describe(string id)
    {
        SortedDictionary<string, string> types = new(StringComparer.Ordinal);
        return new TableDescription
        {
            TableName = Name,
            TableId = id,
            TableArn = "arn:aws:dynamodb:local:000000000000:table/" + Name,
            TableStatus = "ACTIVE",
            CreationDateTime = DateTimeOffset.UnixEpoch,
            KeySchema = Schema(Key.Split(' ')[0], Key.Split(' ').ElementAtOrDefault(1) ?? "", types),
            LocalSecondaryIndexes = [.. Indexes.Where(index => !index.IsGlobal).Select(index => Describe(index, types))],
            GlobalSecondaryIndexes = [.. Indexes.Where(index => index.IsGlobal).Select(index => Describe(index, types))],
            AttributeDefinitions = [.. types.Select(type => new AttributeDefinition(type.Key, type.Value))],
            ProvisionedThroughput = new ProvisionedThroughput(0, 0),
        };
    }

    private static List<(string Name, AttributeType Type)> Parts(string table) =>
        [.. Of(table).Key.Split(' ').Select(part => (part.Split(':')[0], Enum.Parse<AttributeType>(part.Split(':')[1])))];

    private static IndexDescription Describe(Index index, SortedDictionary<string, string> types)
    {
        Projection projection =
            index.Projection is "ALL" or "KEYS_ONLY" ? new(index.Projection, null) : new("INCLUDE", index.Projection.Split(' '));
        return new IndexDescription(
            new IndexDefinition(index.Name, Schema(index.Hash, index.Range, types), projection), "", "ACTIVE", 0, 0);
    }

    private static List<KeySchemaElement> Schema(string hash, string range, SortedDictionary<string, string> types)
    {
        List<KeySchemaElement> schema = [];
        foreach ((string part, string role) in hash.Split('+').Select(part => (part, "HASH"))
            .Concat(range.Split('+', StringSplitOptions.RemoveEmptyEntries).Select(part => (part, "RANGE"))))
        {
            types[part.Split(':')[0]] = part.Split(':')[1];
            schema.Add(new KeySchemaElement(part.Split(':')[0], role));
        }

        return schema;
    }

    /// <summary>An index; its projection is <c>ALL</c>, <c>KEYS_ONLY</c> or the attributes to include.</summary>
    internal sealed record Index(string Name, bool IsGlobal, string Hash, string Range, string Projection);
}
