using System.Globalization;
using System.Text.Json.Nodes;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Vectors;
using DaxProxy.Tests.Caching;
using DaxProxy.Tests.Engine.Storage;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Vectors;

/// <summary>Vector indexes of the engine, by themselves and against a model that compares all vectors one by one.</summary>
public sealed class VectorSearchTests
{
    private const string Table = "'TableName':'tab','BillingMode':'PAY_PER_REQUEST','KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}],"
        + "'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'part','AttributeType':'N'},"
        + "{'AttributeName':'kind','AttributeType':'S'}]";

    private const string Schema = "'SearchSchema':[{'AttributeName':'part','SearchSchemaElementType':'HASH'},"
        + "{'AttributeName':'kind','SearchSchemaElementType':'INLINE_FILTER'}],";

    [Test]
    public async Task Search_AfterRandomWrites_FindsWhatAModelFinds(
        [Values("COSINE", "EUCLIDEAN", "DOT_PRODUCT")] string function, [Values(1, 2, 3)] int seed)
    {
        const int Dimensions = 19;
        Random random = new(seed);
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", $"{{{Table},'VectorIndexes':[{Index("vix", function, Dimensions, Schema)}]}}");
        Dictionary<string, ModelItem> model = [];
        for (int step = 0; step < 300; step++)
        {
            string key = $"k{random.Next(60)}";
            switch (random.Next(4))
            {
                case 0:
                    await rig.CallAsync("DeleteItem", $"{{'TableName':'tab','Key':{{'pk':{{'S':'{key}'}}}}}}");
                    model.Remove(key);
                    break;
                case 1:
                    await rig.CallAsync(
                        "UpdateItem", $"{{'TableName':'tab','Key':{{'pk':{{'S':'{key}'}}}},'UpdateExpression':'REMOVE emb'}}");
                    model[key] = model.GetValueOrDefault(key, new ModelItem(null, null, null)) with { Vector = null };
                    break;
                default:
                    ModelItem item = new(
                        Draw(random, Dimensions), random.Next(5) == 0 ? null : random.Next(2),
                        random.Next(3) == 0 ? null : $"kind{random.Next(2)}");
                    model[key] = item;
                    Assert.That(
                        await rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{key}'}}{item.Text}}}}}"),
                        Is.EqualTo("{}"));
                    break;
            }

            if (step % 10 == 0)
            {
                await CompareAsync(rig, model, function, Draw(random, Dimensions), random);
            }
        }
    }

    [Test]
    public async Task Index_MadeLater_HoldsWhatWasThereAndKeepsUp()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        for (int i = 0; i < 450; i++)
        {
            await rig.CallAsync(
                "PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'{i}'}},'emb':{{'L':[{{'N':'{i}'}},{{'N':'0'}}]}}}}}}");
        }

        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'short'},'emb':{'L':[{'N':'449'}]}}}");
        Assert.That(
            await rig.CallAsync("UpdateTable", $"{{'TableName':'tab','VectorIndexUpdates':[{{'Create':{Index("vix", "EUCLIDEAN", 2)}}}]}}"),
            Does.Contain("\"IndexStatus\":\"CREATING\""));
        await rig.WaitForIndexAsync("tab", "vix");

        Assert.That(
            await rig.ReadAsync("DescribeTable", "{'TableName':'tab'}", "Table", "VectorIndexes", 0, "ItemCount"), Is.EqualTo("450"));
        await rig.CallAsync("DeleteItem", "{'TableName':'tab','Key':{'pk':{'S':'449'}}}");
        Assert.That(await FindAsync(rig, "'SearchVector':[{'N':'1000'},{'N':'0'}],'TopK':2"), Is.EqualTo("448 447"));
    }

    [Test]
    public async Task Index_AfterARestart_IsAsItWas()
    {
        using StoreFolder folder = new();
        using (EngineRig rig = new(folder.Path))
        {
            await rig.CallAsync("CreateTable", $"{{{Table},'VectorIndexes':[{Index("vix", "COSINE", 2, Schema)}]}}");
            await PutAsync(rig, "a", "1", "0");
            await PutAsync(rig, "b", "0.6", "0.8");
        }

        using (EngineRig again = new(folder.Path))
        {
            Assert.That(await FindAsync(again, Search("0", "1")), Is.EqualTo("b a"));
            Assert.That(
                await again.ReadAsync("DescribeTable", "{'TableName':'tab'}", "Table", "VectorIndexes", 0, "ItemCount"), Is.EqualTo("2"));
            await PutAsync(again, "c", "0", "1");
            Assert.That(await FindAsync(again, Search("0", "1")), Is.EqualTo("c b a"));
            await again.CallAsync("UpdateTable", "{'TableName':'tab','VectorIndexUpdates':[{'Delete':{'IndexName':'vix'}}]}");
            Assert.That(
                await again.CallAsync("DescribeTable", "{'TableName':'tab'}"), Does.Not.Contain("VectorIndexes").And.Not.Contain("kind"));
        }

        for (int i = 0; folder.Read("SELECT count(*) FROM dropped")[0] != "0"; i++)
        {
            Assert.That(i, Is.LessThan(100), "what is dropped is removed at the next start, if it was not before");
            using EngineRig cleaning = new(folder.Path);
            await PutAsync(cleaning, "d", "1", "1");
        }

        Assert.That(folder.Read("SELECT count(*) FROM indexes UNION ALL SELECT count(*) FROM vectors"), Is.EqualTo(new[] { "0", "0" }));
    }

    [Test]
    public async Task Search_OfAnIndexThatLags_IsBehindAndCatchesUp()
    {
        using StoreFolder folder = new();
        ManualTime time = new();
        using EngineRig rig = new(
            new EngineOptions { DataFolder = folder.Path, SynchronizeEveryCommit = false, IndexLag = TimeSpan.FromSeconds(10) }, time);
        await rig.CallAsync("CreateTable", $"{{{Table},'VectorIndexes':[{Index("vix", "COSINE", 2, Schema)}]}}");
        await PutAsync(rig, "a", "1", "0");
        time.Advance(seconds: 60);
        await PutAsync(rig, "b", "0", "1");
        HashSet<string> seen = [];
        for (int i = 0; i < 50; i++)
        {
            seen.Add(await FindAsync(rig, Search("0", "1")));
        }

        Assert.That(seen, Is.EquivalentTo(new[] { "a", "b a" }));
        time.Advance(seconds: 10);
        Assert.That(await FindAsync(rig, Search("0", "1")), Is.EqualTo("b a"));
    }

    [Test]
    public async Task Transaction_ThatFails_LeavesTheIndexAsItWas()
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", $"{{{Table},'VectorIndexes':[{Index("vix", "COSINE", 2, Schema)}]}}");
        Assert.That(
            await rig.CallAsync("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'tab','Item':{'pk':{'S':'a'},'part':{'N':'0'},"
                + "'emb':{'L':[{'N':'1'},{'N':'0'}]}}}},{'ConditionCheck':{'TableName':'tab','Key':{'pk':{'S':'b'}},"
                + "'ConditionExpression':'attribute_exists(pk)'}}]}"),
            Does.Contain("TransactionCanceledException"));
        Assert.That(await FindAsync(rig, Search("0", "1")), Is.Empty);
    }

    [TestCase("COSINE", "1", "0", "0", "0", 1)]
    [TestCase("COSINE", "1", "1", "2", "2", 0)]
    [TestCase("COSINE", "1", "0", "-1", "0", 2)]
    [TestCase("COSINE", "1e-23", "0", "0", "1e-23", 1)]
    [TestCase("EUCLIDEAN", "3", "0", "0", "4", 5)]
    [TestCase("EUCLIDEAN", "3e38", "3e38", "-3e38", "-3e38", float.MaxValue)]
    [TestCase("DOT_PRODUCT", "3e38", "3e38", "3e38", "-3e38", 0)]
    public void Score_OfExtremes_IsTheServices(string function, string a, string b, string c, string d, double score) => Assert.That(
        Distance.Shown(new Distance(function, [Parse(a), Parse(b)]).Of([Parse(c), Parse(d)])), Is.EqualTo(score).Within(1e-15));

    [Test]
    public async Task Search_WhereScoresGoBeyondAFloat_KeepsTheNearest()
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", $"{{{Table},'VectorIndexes':[{Index("vix", "EUCLIDEAN", 2, Schema)}]}}");
        await PutAsync(rig, "farthest", "3.4e38", "3.4e38");
        await PutAsync(rig, "far", "3e38", "3e38");
        await PutAsync(rig, "farther", "3.2e38", "3.2e38");
        Assert.That(await FindAsync(rig, Search("-3e38", "-3e38")), Is.EqualTo("far farther farthest"));
    }

    private static float Parse(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static string Index(string name, string function, int dimensions, string schema = "") =>
        $"{{'IndexName':'{name}',{schema}'VectorAttribute':{{'AttributeName':'emb'}},'Dimensions':{dimensions},'DistanceFunction':'{function}',"
        + "'Projection':{'ProjectionType':'KEYS_ONLY'}}";

    private static string Search(string x, string y) => $"'SearchVector':[{{'N':'{x}'}},{{'N':'{y}'}}],'TopK':5,"
        + "'SearchConditionExpression':'part = :p','ExpressionAttributeValues':{':p':{'N':'0'}}";

    private static async Task PutAsync(EngineRig rig, string key, string x, string y) => Assert.That(
        await rig.CallAsync(
            "PutItem",
            $"{{'TableName':'tab','Item':{{'pk':{{'S':'{key}'}},'part':{{'N':'0'}},'emb':{{'L':[{{'N':'{x}'}},{{'N':'{y}'}}]}}}}}}"),
        Is.EqualTo("{}"));

    private static float[] Draw(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (float)(random.Next(-50, 51) / 8.0))];

    private static string Numbers(IEnumerable<float> vector) =>
        string.Join(',', vector.Select(number => $"{{'N':'{number.ToString(CultureInfo.InvariantCulture)}'}}"));

    private static async Task CompareAsync(
        EngineRig rig, Dictionary<string, ModelItem> model, string function, float[] wanted, Random random)
    {
        int part = random.Next(2), topK = random.Next(1, 12);
        string? kind = random.Next(2) == 0 ? null : $"kind{random.Next(2)}";
        List<(string Key, double Score)> expected =
        [
            .. model.Where(item => item.Value.Vector is not null && item.Value.Part == part && (kind is null || item.Value.Kind == kind))
                .Select(item => (item.Key, Score(function, wanted, item.Value.Vector!)))
                .OrderBy(item => function == "DOT_PRODUCT" ? -item.Item2 : item.Item2),
        ];
        string filter = kind is null ? "" : " AND kind = :k", value = kind is null ? "" : $",':k':{{'S':'{kind}'}}";
        JsonArray results = JsonNode.Parse(await rig.CallAsync("SearchVectors", $"{{'TableName':'tab','IndexName':'vix','TopK':{topK},"
            + $"'SearchVector':[{Numbers(wanted)}],'SearchConditionExpression':'part = :p{filter}',"
            + $"'ExpressionAttributeValues':{{':p':{{'N':'{part}'}}{value}}}}}"))!["SearchResults"]!.AsArray();

        // Equally near ones may come in any order: the scores must be right in their places, and each must be its item's.
        Assert.That(results.Count, Is.EqualTo(Math.Min(topK, expected.Count)));
        for (int i = 0; i < results.Count; i++)
        {
            double score = (double)results[i]!["Score"]!;
            string key = (string)results[i]!["Item"]!["pk"]!["S"]!;
            Assert.That(score, Is.EqualTo(expected[i].Score).Within(1e-9));
            Assert.That(score, Is.EqualTo(expected.Single(item => item.Key == key).Score).Within(1e-9));
        }

        Assert.That(results.Select(result => (string)result!["Item"]!["pk"]!["S"]!), Is.Unique);
    }

    private static double Score(string function, float[] a, float[] b)
    {
        double dot = a.Zip(b, (x, y) => (double)x * y).Sum();
        return function switch
        {
            "DOT_PRODUCT" => dot,
            "EUCLIDEAN" => Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum()),
            _ => 1 - (dot / Math.Sqrt(a.Sum(x => (double)x * x)) / Math.Sqrt(b.Sum(x => (double)x * x))),
        };
    }

    private static async Task<string> FindAsync(EngineRig rig, string search)
    {
        JsonNode reply = JsonNode.Parse(await rig.CallAsync("SearchVectors", $"{{'TableName':'tab','IndexName':'vix',{search}}}"))!;
        return string.Join(' ', reply["SearchResults"]!.AsArray().Select(result => (string)result!["Item"]!["pk"]!["S"]!));
    }

    /// <summary>An item of the model.</summary>
    private sealed record ModelItem(float[]? Vector, int? Part, string? Kind)
    {
        public string Text => (Vector is null ? "" : $",'emb':{{'L':[{Numbers(Vector)}]}}")
            + (Part is null ? "" : $",'part':{{'N':'{Part}'}}") + (Kind is null ? "" : $",'kind':{{'S':'{Kind}'}}");
    }
}
