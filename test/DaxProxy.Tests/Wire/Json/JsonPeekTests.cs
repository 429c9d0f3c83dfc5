using System.Text;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Items;
using DaxProxy.Core.Peeks;
using DaxProxy.Tests.Caching;
using NUnit.Framework;

namespace DaxProxy.Tests.Wire.Json;

[TestFixture]
public sealed class JsonPeekTests
{
    private static readonly string Long = new('x', 2048);

    /// <summary>Every schema's item is cached under the key of the full flow; <c>yes</c> bodies must find exactly it.</summary>
    public static IEnumerable<TestCaseData> Bodies()
    {
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}}}""", true);
        yield return new(""" { "Key" : { "k" : { "S" : "a" } } , "TableName" : "S" } """, true);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"ConsistentRead":false,"ReturnConsumedCapacity":"NONE"}""", true);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"é€😀"}}}""", true);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"LONG"}}}""".Replace("LONG", Long), true);
        yield return new("""{"TableName":"N","Key":{"k":{"N":"10"}}}""", true);
        yield return new("""{"TableName":"N","Key":{"k":{"N":"1.0e1"}}}""", true);
        yield return new("""{"TableName":"B","Key":{"k":{"B":"AQI="}}}""", true);
        yield return new("""{"TableName":"SN","Key":{"k":{"S":"a"},"r":{"N":"-5"}}}""", true);
        yield return new("""{"TableName":"SN","Key":{"r":{"N":"-5.00"},"k":{"S":"a"}}}""", true);
        yield return new("""{"TableName":"BS","Key":{"k":{"B":"AQI="},"r":{"S":"z"}}}""", true);

        yield return new("", false);
        yield return new("[]", false);
        yield return new("{}", false);
        yield return new("""{"TableName":"S"}""", false);
        yield return new("""{"Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}}} x""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},}""", false);
        yield return new("""{"TableName":"S","TableName":"S","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"","TableName":"S","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"},"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a","S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"},"x":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"x":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"N":"1"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":""}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":null}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":1}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":"a"}}""", false);
        yield return new("""{"TableName":"S","Key":null}""", false);
        yield return new("""{"TableName":"S","Key":[{"k":{"S":"a"}}]}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"\u0061"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"\u006b":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"\u0053":"a"}}}""", false);
        yield return new("""{"\u0054ableName":"S","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"\u0053","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"none","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"Sé","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"absent"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"ConsistentRead":true}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"ConsistentRead":null}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"ConsistentRead":false,"ConsistentRead":false}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"ReturnConsumedCapacity":"TOTAL"}""", false);
        yield return new(
            """{"TableName":"S","Key":{"k":{"S":"a"}},"ReturnConsumedCapacity":"NONE","ReturnConsumedCapacity":"NONE"}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"ProjectionExpression":"v"}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"a"}},"Unknown":1}""", false);
        yield return new("""{/**/"TableName":"S","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"S","Key":{"k":{"S":"LONGx"}}}""".Replace("LONG", Long), false);
        yield return new("""{"TableName":"N","Key":{"k":{"N":"ten"}}}""", false);
        yield return new("""{"TableName":"N","Key":{"k":{"N":"1e999"}}}""", false);
        yield return new("""{"TableName":"B","Key":{"k":{"B":"AQI"}}}""", false);
        yield return new("""{"TableName":"B","Key":{"k":{"B":"AQJ="}}}""", false);
        yield return new("""{"TableName":"B","Key":{"k":{"B":"AQ I="}}}""", false);
        yield return new("""{"TableName":"B","Key":{"k":{"B":"===="}}}""", false);
        yield return new("""{"TableName":"SN","Key":{"k":{"S":"a"}}}""", false);
        yield return new("""{"TableName":"SN","Key":{"k":{"S":"a"},"x":{"N":"-5"}}}""", false);
        yield return new("""{"TableName":"SN","Key":{"k":{"S":"a"},"r":{"S":"-5"}}}""", false);
        yield return new("""{"TableName":"SN","Key":{"k":{"S":"a"},"r":{"N":"-5"},"x":{"S":"a"}}}""", false);
    }

    [TestCaseSource(nameof(Bodies))]
    public async Task TryServe_FindsWhatTheFullFlowFinds_OrSaysNo(string body, bool expected)
    {
        using CacheRig rig = await FillAsync();
        bool served = JsonPeek.TryServe(Encoding.UTF8.GetBytes(body), rig.Catalog, rig.Cache, null, out CachedItem? item);
        Assert.That(served, Is.EqualTo(expected));
        Assert.That(item?.Item is not null, Is.EqualTo(expected));
    }

    [Test]
    public async Task TryServe_IllFormedUtf8_SaysNo()
    {
        using CacheRig rig = await FillAsync();
        byte[] body = Encoding.Latin1.GetBytes("""{"TableName":"S","Key":{"k":{"S":"é"}}}""");
        Assert.That(JsonPeek.TryServe(body, rig.Catalog, rig.Cache, null, out _), Is.False);
    }

    [Test]
    public async Task TryServe_EveryPrefixOfABody_SaysNo()
    {
        using CacheRig rig = await FillAsync();
        byte[] body = """{"TableName":"SN","Key":{"k":{"S":"a"},"r":{"N":"-5"}}}"""u8.ToArray();
        for (int length = 0; length < body.Length; length++)
        {
            Assert.That(JsonPeek.TryServe(body.AsSpan(0, length), rig.Catalog, rig.Cache, null, out _), Is.False);
        }
    }

    [Test]
    public async Task TryServe_Hits_AllocateNothing()
    {
        using CacheRig rig = await FillAsync();
        byte[][] bodies =
            [.. Bodies().Where(data => (bool)data.Arguments[1]!).Select(data => Encoding.UTF8.GetBytes((string)data.Arguments[0]!))];
        int Serve()
        {
            int served = 0;
            for (int i = 0; i < 1000; i++)
            {
                served += JsonPeek.TryServe(bodies[i % bodies.Length], rig.Catalog, rig.Cache, null, out _) ? 1 : 0;
            }

            return served;
        }

        Serve();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int hits = Serve();
        Assert.That((hits, GC.GetAllocatedBytesForCurrentThread() - before), Is.EqualTo((1000, 0L)));
    }

    [Test]
    public async Task TryServe_ItemThatIsDueForARefresh_IsLeftToTheFullFlow()
    {
        using CacheRig rig = new(new ItemCacheOptions { FenceStripes = 1 << 10, EarlyRefresh = 0.2 });
        rig.Inner.Put("T", CacheRig.Row("a", 1));
        await rig.Send(CacheRig.Get("a"));
        byte[] body = """{"TableName":"T","Key":{"k":{"S":"a"}}}"""u8.ToArray();
        bool Serve() => JsonPeek.TryServe(body, rig.Catalog, rig.Cache, null, out _);
        Assert.That(Serve(), Is.True, "counts as a use");
        rig.Time.Advance(250);
        Assert.That((Serve(), Serve()), Is.EqualTo((false, false)));
        Assert.That(rig.Statistics.Hits, Is.EqualTo(1));

        rig.Inner.Holds = operation => operation is Core.Operations.GetItem;
        await rig.Send(CacheRig.Get("a"));
        Assert.That(Serve(), Is.True, "it is being fetched");
        StackRig.Await(() => rig.Inner.Held.Count == 1);
        rig.Inner.Held.Single().Release();
        StackRig.Await(() => rig.Statistics.Stored == 2);
        Assert.That((Serve(), rig.Statistics.Refreshes), Is.EqualTo((true, 1L)));
    }

    private static async Task<CacheRig> FillAsync()
    {
        CacheRig rig = new();
        AttributeValue text = AttributeValue.FromString("a"), binary = AttributeValue.FromBinary([1, 2]);
        AttributeValue ten = AttributeValue.FromNumber(Number.FromInt64(10)), minusFive = AttributeValue.FromNumber(Number.FromInt64(-5));
        (string Table, KeySchema Schema, AttributeMap Key)[] rows =
        [
            ("S", new("k", AttributeType.S), new() { ["k"] = text }),
            ("S", new("k", AttributeType.S), new() { ["k"] = AttributeValue.FromString("é€😀") }),
            ("S", new("k", AttributeType.S), new() { ["k"] = AttributeValue.FromString(Long) }),
            ("N", new("k", AttributeType.N), new() { ["k"] = ten }),
            ("B", new("k", AttributeType.B), new() { ["k"] = binary }),
            ("SN", new("k", AttributeType.S, "r", AttributeType.N), new() { ["k"] = text, ["r"] = minusFive }),
            ("BS", new("k", AttributeType.B, "r", AttributeType.S), new() { ["k"] = binary, ["r"] = AttributeValue.FromString("z") }),
        ];
        foreach ((string table, KeySchema schema, AttributeMap key) in rows)
        {
            rig.Inner.AddTable(table, schema);
            rig.Inner.Put(table, key);
            await rig.Send(new Core.Operations.GetItem { TableName = table, Key = key });
        }

        return rig;
    }
}
