using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>
/// An attribute value of the model. Two are equal when their <see cref="Text"/> is: a canonical text, sets and members in order.
/// </summary>
internal sealed class ModelValue
{
    private ModelValue(string type, object content) => (Type, Content) = (type, content);

    /// <summary>The tag: S, N, B, BOOL, NULL, SS, NS, BS, L, M.</summary>
    public string Type { get; }

    private object Content { get; }

    public string String => (string)Content;

    public ModelNumber Number => (ModelNumber)Content;

    public byte[] Bytes => (byte[])Content;

    /// <summary>Members of a set, elements of a list.</summary>
    public List<ModelValue> Elements => (List<ModelValue>)Content;

    public Dictionary<string, ModelValue> Map => (Dictionary<string, ModelValue>)Content;

    public bool IsSet => Type is "SS" or "NS" or "BS";

    public string Text => Type switch
    {
        "S" => JsonSerializer.Serialize(String),
        "N" => Number.Plain,
        "B" => $"b\"{Convert.ToBase64String(Bytes)}\"",
        "BOOL" => (bool)Content ? "true" : "false",
        "NULL" => "null",
        "L" => $"[{string.Join(", ", Elements.Select(element => element.Text))}]",
        "M" => TextOf(Map),
        _ => $"{Type}<{string.Join(", ", Elements.Select(element => element.Text).Order(StringComparer.Ordinal))}>",
    };

    /// <summary>Bytes as DynamoDB counts them.</summary>
    public int Size => Type switch
    {
        "S" => Encoding.UTF8.GetByteCount(String),
        "N" => Number.Size,
        "B" => Bytes.Length,
        "BOOL" or "NULL" => 1,
        "L" => 3 + Elements.Sum(element => 1 + element.Size),
        "M" => 3 + Map.Sum(member => 1 + Encoding.UTF8.GetByteCount(member.Key) + member.Value.Size),
        _ => Elements.Sum(element => element.Size),
    };

    public static ModelValue Of(string text) => new("S", text);

    public static ModelValue Of(ModelNumber number) => new("N", number);

    public static ModelValue Of(int number) => new("N", new ModelNumber(number));

    public static ModelValue Of(byte[] bytes) => new("B", bytes);

    public static ModelValue Of(bool truth) => new("BOOL", truth);

    public static ModelValue Null { get; } = new("NULL", true);

    public static ModelValue Of(IEnumerable<ModelValue> elements) => new("L", elements.ToList());

    public static ModelValue Of(Dictionary<string, ModelValue> map) => new("M", map);

    /// <summary>A set; later ones of equal members are left out.</summary>
    public static ModelValue SetOf(string type, IEnumerable<ModelValue> members) =>
        new(type, members.DistinctBy(member => member.Text).ToList());

    public static string TextOf(Dictionary<string, ModelValue>? map) => map is null
        ? "nothing"
        : $"{{{string.Join(", ", map.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{JsonSerializer.Serialize(member.Key)}: {member.Value.Text}"))}}}";

    /// <summary>Size of an item.</summary>
    public static int SizeOf(Dictionary<string, ModelValue> item) =>
        item.Sum(member => Encoding.UTF8.GetByteCount(member.Key) + member.Value.Size);

    /// <summary>A copy that shares no container.</summary>
    public ModelValue Copy() => Type switch
    {
        "L" => Of(Elements.Select(element => element.Copy())),
        "M" => Of(CopyOf(Map)),
        _ => this,
    };

    public static Dictionary<string, ModelValue> CopyOf(Dictionary<string, ModelValue> map) =>
        map.ToDictionary(member => member.Key, member => member.Value.Copy());

    /// <summary>Order of two values of one scalar type that sorts; null for any other pair.</summary>
    public static int? Compare(ModelValue left, ModelValue right) => (left.Type, right.Type) switch
    {
        ("S", "S") => CompareBytes(Encoding.UTF8.GetBytes(left.String), Encoding.UTF8.GetBytes(right.String)),
        ("N", "N") => left.Number.CompareTo(right.Number),
        ("B", "B") => CompareBytes(left.Bytes, right.Bytes),
        _ => null,
    };

    /// <summary>As a client may write it: numbers in any spelling, sets and members in any order.</summary>
    public JsonObject ToJson(Random random) => new()
    {
        [Type] = Type switch
        {
            "S" => String,
            "N" => Number.Spell(random),
            "B" => Convert.ToBase64String(Bytes),
            "BOOL" => (bool)Content,
            "NULL" => true,
            "L" => new JsonArray([.. Elements.Select(element => element.ToJson(random))]),
            "M" => ToJson(Map, random),
            _ => new JsonArray([.. Shuffle(Elements, random).Select(element => element.ToJson(random)[element.Type]!.DeepClone())]),
        },
    };

    public static JsonObject ToJson(Dictionary<string, ModelValue> map, Random random) =>
        new(Shuffle(map, random).Select(member => KeyValuePair.Create(member.Key, (JsonNode?)member.Value.ToJson(random))));

    /// <summary>Reads a value of a reply, whose numbers must be spelled plainly.</summary>
    public static ModelValue Read(JsonElement json)
    {
        JsonProperty tagged = json.EnumerateObject().Single();
        JsonElement content = tagged.Value;
        return tagged.Name switch
        {
            "S" => Of(content.GetString()!),
            "N" => Of(ReadNumber(content.GetString()!)),
            "B" => Of(content.GetBytesFromBase64()),
            "BOOL" => Of(content.GetBoolean()),
            "NULL" when content.GetBoolean() => Null,
            "L" => Of(content.EnumerateArray().Select(Read)),
            "M" => Of(ReadMap(content)),
            "SS" => ReadSet("SS", content, member => Of(member.GetString()!)),
            "NS" => ReadSet("NS", content, member => Of(ReadNumber(member.GetString()!))),
            "BS" => ReadSet("BS", content, member => Of(member.GetBytesFromBase64())),
            _ => throw new ProofException($"no type: {tagged.Name}"),
        };
    }

    public static Dictionary<string, ModelValue> ReadMap(JsonElement json) =>
        json.EnumerateObject().ToDictionary(member => member.Name, member => Read(member.Value));

    private static ModelValue ReadSet(string type, JsonElement json, Func<JsonElement, ModelValue> read)
    {
        List<ModelValue> members = [.. json.EnumerateArray().Select(read)];
        ModelValue set = SetOf(type, members);
        return set.Elements.Count == members.Count && members.Count > 0 ? set : throw new ProofException($"no set: {json}");
    }

    private static ModelNumber ReadNumber(string text)
    {
        ModelNumber number = ModelNumber.Parse(text);
        return number.Plain == text ? number : throw new ProofException($"{text} is not the plain spelling, which is {number.Plain}");
    }

    private static int CompareBytes(byte[] left, byte[] right)
    {
        for (int i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            if (left[i] != right[i])
            {
                return left[i] - right[i];
            }
        }

        return left.Length - right.Length;
    }

    private static IEnumerable<T> Shuffle<T>(IEnumerable<T> values, Random random) => values.OrderBy(_ => random.Next());
}
