using System.Globalization;
using System.Numerics;
using System.Text;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Random values from small pools, so that they meet each other again.</summary>
internal static class ModelValues
{
    public static readonly string[] PlainNames = ["aa", "bb", "cc", "name", "x y"];
    public static readonly string[] MemberNames = ["k1", "k-1", "name", "n.m"];

    private static readonly string[] Strings =
        ["a", "b", "ab", "abc", "aB", "ä", "zß", "\u0000", "a\u0000b", "\uFFFD", "\U0001F600", "é\"\\/\n", "a b"];

    private static readonly byte[][] Blobs = [[0], [0, 0], [0, 255], [1], [1, 0], [127], [128], [255], [255, 255], [0, 1], [1, 2, 3]];

    private static readonly ModelNumber[] Numbers =
    [
        .. new[] { 0, 1, -1, 2, 5, 7, 9, 10, 99, 100, 101, -10, -99, 1234 }.Select(number => new ModelNumber(number)),
        new(15, -1), new(1, -1), new(-1, -1), new(101, -2), new(1, -7), new(1, 20), new(-1, 20),
        new(1, -130), new(-1, -130), new(1, 125), new(BigInteger.Pow(10, 38) - 1, 88), new(1 - BigInteger.Pow(10, 38), 88),
        new(BigInteger.Pow(10, 38) - 1), new(1 - BigInteger.Pow(10, 38)),
        new(BigInteger.Parse("12345678901234567890123456789012345678", CultureInfo.InvariantCulture), -19),
    ];

    public static T Pick<T>(this Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];

    public static bool OneIn(this Random random, int count) => random.Next(count) == 0;

    /// <summary>A value for a key: of the type, not empty.</summary>
    public static ModelValue Key(Random random, string type) => type switch
    {
        "S" => ModelValue.Of(random.Pick(Strings)),
        "N" => ModelValue.Of(random.Pick(Numbers)),
        _ => ModelValue.Of(random.Pick(Blobs)),
    };

    public static ModelValue Scalar(Random random) => Key(random, random.Pick(["S", "N", "B"]));

    public static ModelValue Set(Random random)
    {
        string type = random.Pick(["S", "N", "B"]);
        return ModelValue.SetOf(type + "S", Enumerable.Range(0, random.Next(1, 5)).Select(_ => Key(random, type)));
    }

    public static ModelValue Any(Random random, int depth) => random.Next(12) switch
    {
        0 => ModelValue.Of(random.OneIn(2)),
        1 => ModelValue.Null,
        2 => random.OneIn(2) ? ModelValue.Of("") : ModelValue.Of(Array.Empty<byte>()),
        3 or 4 => Set(random),
        5 or 6 when depth > 0 => List(random, depth),
        7 or 8 when depth > 0 => ModelValue.Of(
            random.GetItems(MemberNames, random.Next(4)).Distinct().ToDictionary(name => name, _ => Any(random, depth - 1))),
        9 when random.OneIn(10) => ModelValue.Of(new string('x', random.Next(500, 5000))),
        _ => Scalar(random),
    };

    public static ModelValue List(Random random, int depth) =>
        ModelValue.Of(Enumerable.Range(0, random.Next(5)).Select(_ => Any(random, depth - 1)));

    public static Dictionary<string, ModelValue> KeyOf(Random random, ModelSchema schema, int spread) =>
        schema.Table.Keys.ToDictionary(key => key.Name, key => Few(random, key, spread));

    /// <summary>An item that fits its table, but for a rare wrong index key.</summary>
    public static Dictionary<string, ModelValue> Item(Random random, ModelSchema schema, int spread, bool isSafe = false)
    {
        Dictionary<string, ModelValue> item = KeyOf(random, schema, spread);
        foreach (ModelKey key in schema.Indexes.SelectMany(index => index.Keys).Where(key => !item.ContainsKey(key.Name))
            .DistinctBy(key => key.Name))
        {
            if (!random.OneIn(4))
            {
                item[key.Name] = !isSafe && random.OneIn(40) ? Any(random, 1) : Few(random, key, spread);
            }
        }

        foreach (string name in PlainNames)
        {
            if (!random.OneIn(3))
            {
                item[name] = Any(random, 2);
            }
        }

        return item;
    }

    /// <summary>One of the first values of a pool that begins elsewhere for each attribute.</summary>
    private static ModelValue Few(Random random, ModelKey key, int spread)
    {
        int at = Encoding.UTF8.GetBytes(key.Name).Sum(b => b) + random.Next(spread);
        return key.Type switch
        {
            "S" => ModelValue.Of(Strings[at % Strings.Length]),
            "N" => ModelValue.Of(Numbers[at % Numbers.Length]),
            _ => ModelValue.Of(Blobs[at % Blobs.Length]),
        };
    }
}
