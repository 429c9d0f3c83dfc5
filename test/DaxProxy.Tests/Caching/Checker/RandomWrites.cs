using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Draws writes of every kind.</summary>
internal sealed class RandomWrites(Dice dice, long version)
{
    private static readonly string[] Optional = ["a", "b", "c", "g", "n", "t", "u"];

    /// <summary>Updates by what they touch: index keys, what indexes hold, what they do not, parts of attributes.</summary>
    private static readonly string[] Updates =
    [
        "SET v = :v", "SET u = :u", "SET x = :v", "SET g = :g", "SET g = :g, v = :v", "SET a = :a, u = :u", "SET n = :n", "SET b = :b",
        "SET t = :t",
        "SET c = :c", "REMOVE g", "REMOVE a", "REMOVE u", "REMOVE n, t", "SET w.x = :v", "ADD u :one", "SET v = :v REMOVE b", "",
    ];

    /// <summary>A request that may be sent.</summary>
    public Operation Draw() => CacheRig.Checked<Operation>(dice.Next(20) switch
    {
        < 6 => Put(Anywhere()),
        < 12 => Update(Anywhere()),
        < 15 => Delete(Anywhere()),
        < 18 => new BatchWriteItem { Writes = [.. Places(5).Select(place => Part(place.Design, place.Key))] },
        _ => new TransactWriteItems { Actions = [.. Places(4).Select(place => Action(place.Design, place.Key))] },
    });

    /// <summary>A write of one item.</summary>
    public Operation Draw(Design design, AttributeMap key) => CacheRig.Checked<Operation>(dice.Next(10) switch
    {
        < 4 => Put((design, key)),
        < 9 => Update((design, key)),
        _ => Delete((design, key)),
    });

    /// <summary>An item with this key.</summary>
    public AttributeMap Item(Design design, AttributeMap key)
    {
        AttributeMap item = new(key) { ["v"] = Values.Number(version) };
        foreach (string name in Optional)
        {
            if (dice.Chance(75))
            {
                item.Add(name, dice.Pick(Values.Of(design.Name, name)));
            }
        }

        item.Add("w", AttributeValue.FromMap(new AttributeMap { ["x"] = Values.Number(version) }));
        return item;
    }

    private PutItem Put((Design Design, AttributeMap Key) place) => new()
    {
        TableName = place.Design.Name,
        Item = Item(place.Design, place.Key),
        ConditionExpression = Condition(place.Design),
    };

    private DeleteItem Delete((Design Design, AttributeMap Key) place) => new()
    {
        TableName = place.Design.Name,
        Key = place.Key,
        ConditionExpression = Condition(place.Design),
    };

    private UpdateItem Update((Design Design, AttributeMap Key) place)
    {
        string update = dice.Pick(Updates);
        string? condition = Condition(place.Design);
        List<KeyValuePair<string, Decoded<AttributeValue>>> values = [];
        foreach (string name in Optional.Append("v").Append("one").Where(name => Uses(update, name)))
        {
            AttributeValue value = name switch
            {
                "v" => Values.Number(version),
                "one" => Values.Number(1),
                _ => dice.Pick(Values.Of(place.Design.Name, name)),
            };
            values.Add(Values.Bind(":" + name, value));
        }

        return new UpdateItem
        {
            TableName = place.Design.Name,
            Key = place.Key,
            UpdateExpression = update.Length == 0 ? null : update,
            ConditionExpression = condition,
            Expressions = values.Count == 0 ? ExpressionParameters.None : new(null, values),
        };
    }

    private BatchWriteItem.WriteRequest Part(Design design, AttributeMap key) => dice.Chance(60)
        ? new() { TableName = design.Name, Item = Item(design, key) }
        : new() { TableName = design.Name, Key = key };

    private WriteOperation Action(Design design, AttributeMap key) => dice.Next(4) switch
    {
        0 => Put((design, key)),
        1 => Update((design, key)),
        2 => Delete((design, key)),
        _ => new ConditionCheck
        {
            TableName = design.Name,
            Key = key,
            ConditionExpression = dice.Chance(50) ? "attribute_exists(v)" : "attribute_not_exists(zz)",
        },
    };

    private string? Condition(Design design) => dice.Next(6) switch
    {
        0 => $"attribute_exists({design.Key.Split(':')[0]})",
        1 => "attribute_not_exists(g)",
        _ => null,
    };

    private (Design Design, AttributeMap Key) Anywhere()
    {
        Design design = dice.Pick(Design.All);
        return (design, Values.Key(design, dice));
    }

    /// <summary>Up to so many different places.</summary>
    private List<(Design Design, AttributeMap Key)> Places(int most)
    {
        List<(Design Design, AttributeMap Key)> places = [];
        HashSet<string> seen = [];
        for (int i = 1 + dice.Next(most); i > 0; i--)
        {
            (Design design, AttributeMap key) = Anywhere();
            if (seen.Add(design.Name + Values.Show(key)))
            {
                places.Add((design, key));
            }
        }

        // A batch names its writes table by table.
        return [.. places.OrderBy(place => place.Design.Name, StringComparer.Ordinal)];
    }

    private static bool Uses(string update, string name) => update.Split(' ', ',').Contains(":" + name);
}
