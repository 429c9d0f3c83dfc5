using System.Text.Json;
using DaxProxy.Core.Items;
using NUnit.Framework;

namespace DaxProxy.Tests.Items;

/// <summary>Key bytes made by DAX clients or seen on their sockets; the file only grows.</summary>
internal static class KeyVectors
{
    private static readonly JsonElement Root = Load();

    public static IEnumerable<TestCaseData> Numbers() => Section("numbers", v =>
        new TestCaseData(Text(v, "number"), Hex(v, "js"), Hex(v, "go"), Hex(v, "canonical")).SetArgDisplayNames(Text(v, "number")));

    public static IEnumerable<TestCaseData> LexDecimals() => Section("lexDecimals", v =>
        new TestCaseData(Text(v, "number"), Hex(v, "hex")).SetArgDisplayNames(Text(v, "number")));

    public static IEnumerable<TestCaseData> Keys() => Section("keys", v =>
        new TestCaseData(Schema(v.GetProperty("schema")), v.GetProperty("item").GetRawText(), Hex(v, "hex"), Hex(v, "canonical"))
            .SetArgDisplayNames(Text(v, "source")));

    private static KeySchema Schema(JsonElement parts)
    {
        (string hash, AttributeType hashType) = Part(parts[0]);
        if (parts.GetArrayLength() == 1)
        {
            return new KeySchema(hash, hashType);
        }

        (string range, AttributeType rangeType) = Part(parts[1]);
        return new KeySchema(hash, hashType, range, rangeType);

        static (string Name, AttributeType Type) Part(JsonElement part) =>
            (Text(part, "name"), Enum.Parse<AttributeType>(Text(part, "type")));
    }

    private static IEnumerable<TestCaseData> Section(string name, Func<JsonElement, TestCaseData> select) =>
        Root.GetProperty(name).EnumerateArray().Select(select);

    private static string Text(JsonElement vector, string member) => vector.GetProperty(member).GetString()!;

    private static byte[] Hex(JsonElement vector, string member) => Convert.FromHexString(Text(vector, member));

    private static JsonElement Load()
    {
        using Stream stream = typeof(KeyVectors).Assembly.GetManifestResourceStream("dax-keys.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
