using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>Damages bytes and JSON. All chance comes from the generator that is given.</summary>
internal static class Mutation
{
    private static readonly string[] Texts =
    [
        "", "a", "pk", "#a", ":v", "\0", "ä€𐍈", "arn:aws:dynamodb:us-east-1:000000000000:table/fuzz-range", "NaN", "Infinity", "-0",
        "1E126", "1E-131", "1e400",
        "999999999999999999999999999999999999999", "true", "null", "=", "==", "####", "ALL_NEW", "fuzz-range", "fuzz-hash", "\u2028", "%00",
        "../..", new('x', 300), new('9', 60), new('(', 400),
    ];

    private static readonly string[] Numbers =
        ["0", "-1", "1", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1e400", "-1e-400", "0.5",
            "1E1000000000", "123456789012345678901234567890"];

    private static readonly byte[][] Pieces =
    [
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(),
        "\\udc00\\ud800"u8.ToArray(), "\\x"u8.ToArray(), "\""u8.ToArray(), "{"u8.ToArray(),
        "}"u8.ToArray(), "["u8.ToArray(), "]"u8.ToArray(), ","u8.ToArray(), ":"u8.ToArray(), "null"u8.ToArray(), "1e999"u8.ToArray(),
        "//"u8.ToArray(), "\r\n"u8.ToArray(), "\n"u8.ToArray(), [0], "+"u8.ToArray(),
    ];

    /// <summary>Bytes with a few of them changed, taken out, repeated or put in.</summary>
    public static byte[] OfBytes(Random random, byte[] bytes)
    {
        List<byte> result = [.. bytes];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(result.Count + 1), length = Math.Min(random.Next(1, 16), result.Count - at);
            switch (random.Next(7))
            {
                case 0 when at < result.Count:
                    result[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < result.Count:
                    result[at] = (byte)random.Next(256);
                    break;
                case 2:
                    result.RemoveRange(at, length);
                    break;
                case 3:
                    result.InsertRange(random.Next(result.Count + 1), result.GetRange(at, length));
                    break;
                case 4:
                    result.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 5:
                    result.RemoveRange(at, result.Count - at);
                    break;
                default:
                    byte[] any = new byte[random.Next(1, 10)];
                    random.NextBytes(any);
                    result.InsertRange(at, any);
                    break;
            }
        }

        return [.. result];
    }

    /// <summary>JSON with a few of its values or names replaced, taken out, exchanged, repeated or wrapped.</summary>
    public static string OfJson(Random random, string json)
    {
        JsonNode root;
        try
        {
            root = JsonNode.Parse(json)!;
        }
        catch (JsonException)
        {
            return json;
        }

        for (int times = random.Next(1, 4); times > 0; times--)
        {
            List<JsonNode> containers = [];
            Collect(root, containers);
            if (containers.Count > 0)
            {
                Change(random, containers[random.Next(containers.Count)], containers);
            }
        }

        return root.ToJsonString();
    }

    /// <summary>Any JSON, not nested deeply.</summary>
    public static JsonNode? Value(Random random, int depth = 3) => random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 or 3 => JsonNode.Parse(Numbers[random.Next(Numbers.Length)]),
        4 or 5 => JsonValue.Create(Texts[random.Next(Texts.Length)]),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))]),
        7 => Deep(random),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(
            n => new KeyValuePair<string, JsonNode?>($"{Texts[random.Next(Texts.Length)]}{(n == 0 ? "" : n)}", Value(random, depth - 1)))),
    };

    /// <summary>Any text.</summary>
    public static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static JsonNode Deep(Random random)
    {
        int levels = random.Next(1, 60);
        bool isMap = random.Next(2) == 0;
        StringBuilder text = new();
        text.Insert(0, isMap ? "{\"M\":{\"a\":" : "{\"L\":[", levels).Append("{\"S\":\"x\"}")
            .Insert(text.Length, isMap ? "}}" : "]}", levels);
        return JsonNode.Parse(text.ToString(), documentOptions: new JsonDocumentOptions { MaxDepth = 500 })!;
    }

    private static void Collect(JsonNode? node, List<JsonNode> containers)
    {
        if (node is JsonObject or JsonArray)
        {
            containers.Add(node);
            foreach (JsonNode? child in node is JsonObject members ? members.Select(member => member.Value) : (JsonArray)node)
            {
                Collect(child, containers);
            }
        }
    }

    private static void Change(Random random, JsonNode container, List<JsonNode> containers)
    {
        if (container is JsonArray list)
        {
            int at = random.Next(list.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < list.Count:
                    list.RemoveAt(at);
                    break;
                case 1 when at < list.Count:
                    list.Insert(at, list[at]?.DeepClone());
                    break;
                case 2 when at < list.Count:
                    list[at] = Value(random);
                    break;
                default:
                    list.Insert(at, Value(random));
                    break;
            }

            return;
        }

        JsonObject members = (JsonObject)container;
        string[] names = [.. members.Select(member => member.Key)];
        string name = names.Length == 0 ? "a" : names[random.Next(names.Length)];
        switch (random.Next(6))
        {
            case 0:
                members.Remove(name);
                break;
            case 1:
                members[Text(random)] = members[name]?.DeepClone();
                break;
            case 2:
                members[name] = containers[random.Next(containers.Count)].DeepClone();
                break;
            case 3:
                members[Text(random)] = Value(random);
                break;
            case 4:
                members[name] = new JsonArray(members[name]?.DeepClone());
                break;
            default:
                members[name] = Value(random);
                break;
        }
    }
}
