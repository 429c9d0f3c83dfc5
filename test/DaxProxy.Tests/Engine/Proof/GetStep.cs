using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>GetItem, BatchGetItem or TransactGetItems.</summary>
internal sealed record GetStep(string Verb, IReadOnlyList<GetStep.Read> Reads, JsonObject Request) : Step
{
    public static GetStep Next(Random random, IReadOnlyList<ModelSchema> schemas, int spread)
    {
        string verb = random.Pick(["GetItem", "GetItem", "BatchGetItem", "TransactGetItems"]);
        List<Read> reads = [];
        for (int i = verb == "GetItem" ? 1 : random.Next(1, 7); i > 0; i--)
        {
            int table = random.Next(schemas.Count);
            Read read = new(table, ModelValues.KeyOf(random, schemas[table], spread), Projection(table), random.OneIn(2));
            if (!reads.Exists(other => other.Table == table && ModelValue.TextOf(other.Key) == ModelValue.TextOf(read.Key)))
            {
                // Of a batch, all reads of one table have one projection.
                Read like = verb == "BatchGetItem" ? reads.Find(other => other.Table == table) ?? read : read;
                reads.Add(read with { Projection = like.Projection, IsConsistent = like.IsConsistent });
            }
        }

        JsonObject request = verb switch
        {
            "GetItem" => One(reads[0]),
            "TransactGetItems" => new()
            {
                ["TransactItems"] = new JsonArray([.. reads.Select(read => new JsonObject { ["Get"] = Get(read, isBare: true) })]),
            },
            _ => new()
            {
                ["RequestItems"] = new JsonObject(reads.GroupBy(read => read.Table).Select(
                    group => KeyValuePair.Create(schemas[group.Key].Name, (JsonNode?)Keys(group)))),
            },
        };
        request["ReturnConsumedCapacity"] = random.Pick(["NONE", "TOTAL"]);
        return new(verb, reads, request);

        IReadOnlyList<ModelPath>? Projection(int table) =>
            RandomProjections.Next(random, schemas[table], [.. ModelValues.PlainNames, .. schemas[table].KeyNames]);

        JsonObject One(Read read)
        {
            JsonObject get = Get(read, isBare: false);
            get["ConsistentRead"] = read.IsConsistent;
            return get;
        }

        JsonObject Get(Read read, bool isBare)
        {
            JsonObject get = new() { ["TableName"] = schemas[read.Table].Name, ["Key"] = ModelValue.ToJson(read.Key, random) };
            ExpressionText text = new(random);
            RandomProjections.AddTo(get, read.Projection, text, random, allowLegacy: !isBare);
            text.AddTo(get);
            return get;
        }

        JsonObject Keys(IEnumerable<Read> group)
        {
            JsonObject keys = new()
            {
                ["Keys"] = new JsonArray([.. group.Select(read => ModelValue.ToJson(read.Key, random))]),
                ["ConsistentRead"] = group.First().IsConsistent,
            };
            ExpressionText text = new(random);

            // The two ways to say what is wanted may not be mixed between tables.
            RandomProjections.AddTo(
                keys, group.First().Projection, text, random, allowLegacy: reads.TrueForAll(read => read.Table == reads[0].Table));
            text.AddTo(keys);
            return keys;
        }
    }

    public override async Task RunAsync(ProofWorld world)
    {
        Answer answer = await world.SendAsync(Verb, Request);
        answer.DemandSuccess();
        bool isCounted = (string)Request["ReturnConsumedCapacity"]! == "TOTAL";
        if (Verb == "GetItem")
        {
            answer.DemandMap("Item", Shown(world, Reads[0]));
            Answer.DemandUnits(
                answer.Consumed, isCounted ? "TOTAL" : "NONE", Units(world, Reads[0], Reads[0].IsConsistent ? 1 : 0.5),
                new Dictionary<string, double>());
        }
        else if (Verb == "TransactGetItems")
        {
            List<JsonElement> responses = [.. answer.Root.GetProperty("Responses").EnumerateArray()];
            Answer.Same("responses", Reads.Count, responses.Count);
            for (int i = 0; i < Reads.Count; i++)
            {
                // A projection that selects nothing of an item is answered as the absence of one.
                Answer.DemandMap(responses[i], "Item", Shown(world, Reads[i]) is { Count: > 0 } shown ? shown : null);
            }
        }
        else
        {
            Answer.Same("unprocessed", "{}", answer.Root.GetProperty("UnprocessedKeys").GetRawText());
        }

        foreach (IGrouping<int, Read> group in Verb == "GetItem" ? [] : Reads.GroupBy(read => read.Table))
        {
            string name = world.Tables[group.Key].Schema.Name;
            double factor = Verb == "TransactGetItems" ? 2 : group.First().IsConsistent ? 1 : 0.5;
            Answer.DemandUnits(
                answer.ConsumedOf(name),
                isCounted ? "TOTAL" : "NONE",
                group.Sum(read => Units(world, read, factor)),
                new Dictionary<string, double>());
            if (Verb == "BatchGetItem")
            {
                Answer.Same(
                    $"items of {name}",
                    string.Join(
                        ", ",
                        group.Select(read => Shown(world, read)).Where(item => item is not null).Select(ModelValue.TextOf)
                            .Order(StringComparer.Ordinal)),
                    string.Join(", ", answer.Root.GetProperty("Responses").GetProperty(name).EnumerateArray().Select(
                        item => ModelValue.TextOf(ModelValue.ReadMap(item))).Order(StringComparer.Ordinal)));
            }
        }
    }

    private static Dictionary<string, ModelValue>? Shown(ProofWorld world, Read read) =>
        world.Tables[read.Table].Find(read.Key) is { } item ? RandomProjections.Apply(read.Projection, item) : null;

    private static double Units(ProofWorld world, Read read, double factor) =>
        factor * Math.Max(1, Math.Ceiling((world.Tables[read.Table].Find(read.Key) is { } item ? ModelValue.SizeOf(item) : 0) / 4096.0));

    internal sealed record Read(int Table, Dictionary<string, ModelValue> Key, IReadOnlyList<ModelPath>? Projection, bool IsConsistent);
}
