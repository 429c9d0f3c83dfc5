using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>Bytes that public clients wrote or read on a socket; the file says where they are from.</summary>
internal static class DaxVectors
{
    private static readonly JsonElement Root = Load();

    /// <summary>The tables of the recorded sessions.</summary>
    public static IReadOnlyDictionary<string, TableInfo> Tables { get; } =
        Root.GetProperty("tables").EnumerateObject().ToDictionary(table => table.Name, TableOf, StringComparer.Ordinal);

    /// <summary>Every vector.</summary>
    public static IReadOnlyList<DaxVector> All { get; } =
        [.. Root.GetProperty("vectors").EnumerateArray().Select(json => new DaxVector(json))];

    /// <summary>What clients sent, one frame each.</summary>
    public static IEnumerable<DaxVector> Frames => All.Where(vector =>
        vector.Name.EndsWith(".request", StringComparison.Ordinal) || vector.Name.EndsWith(
            ".authorizeConnection", StringComparison.Ordinal));

    /// <summary>The first frames of connections.</summary>
    public static IEnumerable<DaxVector> Preambles => All.Where(vector => vector.Name.Contains(".preamble", StringComparison.Ordinal));

    /// <summary>The requests for items that were answered.</summary>
    public static IEnumerable<DaxVector> DataRequests => Frames.Where(vector => vector.Method.IsDataOperation && vector.Answer is not null);

    /// <summary>The lists that a session's numbers stood for.</summary>
    public static IReadOnlyDictionary<int, AttributeNames> ListsOf(string session) => Sessions[session];

    private static readonly Dictionary<string, Dictionary<int, AttributeNames>> Sessions =
        Frames.Select(vector => vector.Session).Distinct().ToDictionary(session => session, ReadLists);

    private static Dictionary<int, AttributeNames> ReadLists(string session)
    {
        // Some lists were recorded without the calls that made them known; of those only the number of names matters.
        Dictionary<int, AttributeNames> lists = session switch
        {
            "js1.minimal" => new() { [2] = new(["v"]) },
            "go1" => new()
            {
                [3] = new([.. Enumerable.Range('a', 16).Select(letter => $"all-{(char)letter}")]),
                [4] = new(["v"]),
                [5] = new(["gk", "v"]),
                [6] = new(["a", "cnt"]),
                [7] = new(["a", "cnt", "n"]),
                [8] = new(["x"]),
                [9] = new(["a"]),
            },
            _ => [],
        };

        foreach (DaxVector call in Frames.Where(vector => vector.Session == session && vector.Answer is not null))
        {
            CborReader answer = new(call.Answer!.Bytes);
            answer.Skip();
            if (call.Method == DaxMethod.DefineAttributeListId)
            {
                lists[answer.ReadInt32()] = DaxServiceCalls.ReadAttributeNames(call.Bytes)!;
            }
            else if (call.Method == DaxMethod.DefineAttributeList)
            {
                List<string> names = [];
                int count = answer.ReadArray();
                while (answer.HasNext(ref count))
                {
                    names.Add(answer.ReadText());
                }

                lists[DaxServiceCalls.ReadAttributeListId(call.Bytes)!.Value] = new AttributeNames([.. names]);
            }
        }

        return lists;
    }

    private static TableInfo TableOf(JsonProperty table)
    {
        List<KeyAttribute> key =
            [.. table.Value.EnumerateObject()
                .Select(part => new KeyAttribute(part.Name, Enum.Parse<AttributeType>(part.Value.GetString()!)))];
        KeySchema schema = key.Count == 1 ? new(key[0].Name, key[0].Type) : new(key[0].Name, key[0].Type, key[1].Name, key[1].Type);
        IndexInfo index = new("gsi1", true, [new KeyAttribute("gk", AttributeType.S)], [], new Projection("ALL", null));
        return new TableInfo(
            table.Name, table.Name, schema, new Dictionary<string, IndexInfo>(StringComparer.Ordinal) { ["gsi1"] = index });
    }

    private static JsonElement Load()
    {
        using Stream stream = typeof(DaxVectors).Assembly.GetManifestResourceStream("dax-wire.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
