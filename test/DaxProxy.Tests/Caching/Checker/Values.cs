using System.Globalization;
using DaxProxy.Core.Items;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>The few values that the attributes of checked tables take, so that everything meets everything.</summary>
internal static class Values
{
    /// <summary>Longer than what a fence remembers of a sort key.</summary>
    public const string LongPrefix = "a-common-beginning-that-is-longer-than-thirty-bytes/";

    /// <summary>How many values most attributes have.</summary>
    private static readonly Dictionary<string, AttributeValue[]> Domains = new(StringComparer.Ordinal)
    {
        ["p"] = Texts("p0", "p1", "p2"),
        ["h"] = Texts("h0", "h1", "h2", "h3", "h4", "h5"),
        ["Nums.s"] = [.. Enumerable.Range(-2, 8).Select(n => Number(n * 7))],
        ["Texts.s"] = Texts("a", "b", "c", LongPrefix, LongPrefix + "a", LongPrefix + "b", LongPrefix + "c", "z"),
        ["a"] = Texts("a0", "a1", "a2"),
        ["b"] = [Number(-1), Number(10), Number(200)],
        ["c"] = Texts("c0", "c1"),
        ["g"] = Texts("g0", "g1", "g2"),
        ["n"] = [.. Enumerable.Range(0, 5).Select(n => Number(n))],
        ["t"] = Texts("t", LongPrefix + "t0", LongPrefix + "t1", "u"),
        ["u"] = [.. Enumerable.Range(0, 3).Select(n => Number(n))],
    };

    /// <summary>The values of an attribute of a table.</summary>
    public static AttributeValue[] Of(string table, string attribute) =>
        Domains.GetValueOrDefault($"{table}.{attribute}") ?? Domains[attribute];

    public static AttributeValue Number(long value) => AttributeValue.FromNumber(DaxProxy.Core.Items.Number.FromInt64(value));

    /// <summary>A key that a table may have.</summary>
    public static AttributeMap Key(Design design, Dice dice)
    {
        AttributeMap key = [];
        foreach (string name in design.Key.Split(' ').Select(part => part.Split(':')[0]))
        {
            key.Add(name, dice.Pick(Of(design.Name, name)));
        }

        return key;
    }

    public static KeyValuePair<string, Decoded<AttributeValue>> Bind(string reference, AttributeValue value) => new(reference, value);

    /// <summary>A key, and where an item's attributes are shown, its version.</summary>
    public static string Show(AttributeMap item) => string.Join(' ', item.Select(pair => $"{pair.Key}={Show(pair.Value)}"));

    private static string Show(AttributeValue value) => value.Type switch
    {
        AttributeType.S => value.String.Replace(LongPrefix, "~", StringComparison.Ordinal),
        AttributeType.N => value.Number.ToString(),
        _ => value.ToString().ToString(CultureInfo.InvariantCulture),
    };

    private static AttributeValue[] Texts(params string[] values) => [.. values.Select(AttributeValue.FromString)];
}
