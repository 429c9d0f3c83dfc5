using System.Globalization;
using System.Text;
using System.Text.Json;
using DaxProxy.Backends;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Options;

namespace DaxProxy.Bench.Growth;

/// <summary>The caches around a backend that answers at once, filled with so many entries, and the request to measure.</summary>
internal sealed class GrowthRig : IDisposable
{
    private const string Table = "growth";
    private const int Requests = 4096;
    private const int LargeItemBytes = 1024;

    private readonly InstantBackend inner = new();
    private readonly BackendStack stack;
    private readonly Random random = new(1);
    private Func<byte[]> next = static () => [];
    private string target = "";
    private long puts;

    private GrowthRig()
    {
        ProxyOptions options = new()
        {
            ItemCache = new ItemCacheOptions { MaxBytes = 16L << 30, TimeToLive = TimeSpan.Zero },
            QueryCache = new QueryCacheOptions { MaxBytes = 16L << 30, TimeToLive = TimeSpan.FromDays(1) },
        };
        stack = new BackendStack(inner, options, TimeProvider.System);
    }

    /// <summary>A rig with cached queries, each of a partition of its own.</summary>
    public static GrowthRig OfQueries(int count, Func<GrowthRig, Func<byte[]>> next)
    {
        GrowthRig rig = new();
        rig.Fill("Query", count, QueryOf);
        rig.next = next(rig);
        return rig;
    }

    /// <summary>A rig with cached items.</summary>
    public static GrowthRig OfItems(int count, Func<GrowthRig, Func<byte[]>> next)
    {
        GrowthRig rig = new();
        rig.Fill("GetItem", count, GetOf);
        rig.next = next(rig);
        return rig;
    }

    /// <summary>Key and body of an item of <see cref="BytesOfItem"/>: what its cache cannot do without.</summary>
    public static double PayloadBytes { get; } =
        Encoding.UTF8.GetByteCount(NameOf(0)) + 1 + InstantBackend.Row(LargeItemBytes).GetItemBody.Length;

    /// <summary>What each of so many cached items of 1 KB takes of the heap.</summary>
    public static double BytesOfItem(int count)
    {
        using GrowthRig rig = new();
        rig.inner.ValueBytes = LargeItemBytes;
        rig.Fill("GetItem", 1, GetOf);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        rig.Fill("GetItem", count, GetOf);
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;
    }

    /// <summary>A put of an item whose partition no query has, other than the last.</summary>
    public Func<byte[]> NextPut
    {
        get
        {
            target = "PutItem";
            return () => Encoding.UTF8.GetBytes(
                $$$$"""{"TableName":"{{{{Table}}}}","Item":{"p":{"S":"put"},"s":{"S":"{{{{++puts}}}}"},"n":{"N":"1"},"g":{"S":"x"},"v":{"N":"{{{{puts}}}}"}}}""");
        }
    }

    /// <summary>One of the first queries at random.</summary>
    public Func<byte[]> RandomQuery(int among) => Random("Query", among, QueryOf);

    /// <summary>One of the first items at random.</summary>
    public Func<byte[]> RandomGet(int among) => Random("GetItem", among, GetOf);

    /// <summary>Runs the next request, from its JSON to its reply.</summary>
    public void RunOne() => Run(target, next());

    /// <inheritdoc/>
    public void Dispose()
    {
        stack.Dispose();
        inner.Dispose();
    }

    private Func<byte[]> Random(string verb, int among, Func<int, byte[]> request)
    {
        target = verb;
        byte[][] requests = [.. Enumerable.Range(0, Requests).Select(_ => request(random.Next(among)))];
        int at = 0;
        return () => requests[at++ & (Requests - 1)];
    }

    private void Fill(string verb, int count, Func<int, byte[]> request)
    {
        for (int i = 0; i < count; i++)
        {
            Run(verb, request(i));
        }
    }

    private void Run(string verb, byte[] body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + verb, document.RootElement, ValidationProfile.October2026, out Operation? operation);
        if (error is not null
            || stack.Outermost.ExecuteAsync(operation!, CancellationToken.None).AsTask().GetAwaiter().GetResult() is ErrorReply)
        {
            throw new InvalidOperationException($"Refused: {Encoding.UTF8.GetString(body)}");
        }
    }

    private static byte[] QueryOf(int index) => Encoding.UTF8.GetBytes(
        $$$$"""{"TableName":"{{{{Table}}}}","KeyConditionExpression":"p = :p","ExpressionAttributeValues":{":p":{"S":"{{{{NameOf(index)}}}}"}}}""");

    private static byte[] GetOf(int index) => Encoding.UTF8.GetBytes(
        $$$$"""{"TableName":"{{{{Table}}}}","Key":{"p":{"S":"{{{{NameOf(index)}}}}"},"s":{"S":"1"}}}""");

    private static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"partition-{index:D7}");

    /// <summary>Knows its table from an engine, and answers everything else without looking.</summary>
    private sealed class InstantBackend : IDynamoBackend, IDisposable
    {
        private readonly Item shared = Row(valueBytes: 100);

        private readonly LocalBackend engine = new(
            new EngineOptions { DataFolder = null }, ValidationProfile.October2026, TimeProvider.System);

        public InstantBackend()
        {
            using JsonDocument table = JsonDocument.Parse(
                $$$$"""
                {"TableName":"{{{{Table}}}}","BillingMode":"PAY_PER_REQUEST",
                "KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"s","KeyType":"RANGE"}],
                "AttributeDefinitions":[{"AttributeName":"p","AttributeType":"S"},{"AttributeName":"s","AttributeType":"S"},
                {"AttributeName":"n","AttributeType":"N"},{"AttributeName":"g","AttributeType":"S"}],
                "LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[{"AttributeName":"p","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],
                "GlobalSecondaryIndexes":[{"IndexName":"global","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}
                """);
            _ = JsonRequest.TryRead(
                "DynamoDB_20120810.CreateTable", table.RootElement, ValidationProfile.October2026, out Operation? create);
            _ = engine.ExecuteAsync(create!, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }

        public ReadLag ReadLag => ReadLag.None;

        /// <summary>The size of items that share nothing with one another; zero for one item that is the answer to all.</summary>
        public int ValueBytes { get; set; }

        public static Item Row(int valueBytes) => Item.FromAttributes(new AttributeMap
        {
            ["p"] = AttributeValue.FromString("any"),
            ["s"] = AttributeValue.FromString("1"),
            ["v"] = AttributeValue.FromString(new string('x', valueBytes)),
        });

        public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) => operation switch
        {
            GetItem => new(new GetItemReply(ValueBytes > 0 ? Row(ValueBytes) : shared, null)),
            Query => new(new PageReply { Items = [shared], Count = 1, ScannedCount = 1 }),
            PutItem put => new(new WriteReply { Images = new WriteImages(null, Item.FromAttributes(put.Item.Value!)) }),
            _ => engine.ExecuteAsync(operation, cancellationToken),
        };

        public void Dispose() => engine.Dispose();
    }
}
