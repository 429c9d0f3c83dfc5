using System.Buffers;
using DaxProxy.Backends.Remote;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Caching.Checker;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching.Queries;

/// <summary>
/// Both caches over the engine, a table with a local and two global indexes, and pages of every kind: after each write every page is asked
/// for, and it is counted which of those whose answer is as before were still cached.
/// </summary>
internal sealed class PrecisionRig : IDisposable
{
    public const int Partitions = 40;
    public const int SortKeys = 5;

    private readonly LocalBackend engine;
    private readonly ToldBackend told;
    private readonly CheckedCaches caches;
    private readonly List<(string Kind, PageOperation Page)> pages = [];
    private readonly Dictionary<PageOperation, byte[]> answers = [];

    private PrecisionRig(bool isRemote)
    {
        engine = new LocalBackend(
            new EngineOptions { DataFolder = null, TimeToLiveInterval = TimeSpan.FromDays(1) }, ValidationProfile.October2026,
            TimeProvider.System);
        told = new ToldBackend(engine, isRemote);
        caches = new CheckedCaches(told, 5, isSmall: false);
    }

    /// <summary>Pages whose answer a write did not change, and how many of them were still cached, by kind of page.</summary>
    public Dictionary<string, (int Unchanged, int Cached)> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers from the caches that were not those of a direct read: there must be none.</summary>
    public List<string> Wrong { get; } = [];

    public static async Task<PrecisionRig> StartAsync(bool isRemote)
    {
        PrecisionRig rig = new(isRemote);
        await rig.CreateAsync();
        rig.AddPages();
        await rig.AskAsync(isCounted: false);
        return rig;
    }

    public static AttributeMap Key(int partition, int sort) => new() { ["p"] = Text("p", partition), ["s"] = Values.Number(sort) };

    public static AttributeValue Text(string prefix, int number) => AttributeValue.FromString($"{prefix}{number}");

    /// <summary>An item; most of it follows from its key.</summary>
    public static AttributeMap Row(int partition, int sort, int version, int? group = null) => new(Key(partition, sort))
    {
        ["a"] = Text("a", sort),
        ["g"] = Text("g", group ?? GroupOf(partition, sort)),
        ["n"] = Values.Number(partition),
        ["u"] = Text("u", partition),
        ["f"] = Text("f", (partition + sort) % 4),
        ["v"] = Values.Number(version),
        ["c"] = Values.Number(0),
    };

    public static int GroupOf(int partition, int sort) => ((partition * 7) + sort) % Partitions;

    public async Task SendAsync(Operation operation)
    {
        Reply reply = await caches.Backend.ExecuteAsync(Checked(operation), default);
        if (reply is ErrorReply error)
        {
            throw new InvalidOperationException(error.Error.ToString());
        }
    }

    /// <summary>Sends all, of which none is told that it has happened before all have.</summary>
    public async Task SendTogetherAsync(IReadOnlyList<Operation> operations)
    {
        told.Hold(operations.Count);
        await Task.WhenAll(operations.Select(SendAsync));
        told.Hold(0);
    }

    /// <summary>Asks for every page.</summary>
    public async Task AskAsync(bool isCounted)
    {
        foreach ((string kind, PageOperation page) in pages)
        {
            byte[] direct = BodyOf(await engine.ExecuteAsync(page, default));
            Reply reply = await caches.Backend.ExecuteAsync(page, default);
            bool isSame = answers.TryGetValue(page, out byte[]? before) && direct.AsSpan().SequenceEqual(before);
            if (!BodyOf(reply).AsSpan().SequenceEqual(direct))
            {
                Wrong.Add($"{kind}: {Description.Of(page)}");
            }

            if (isCounted && isSame)
            {
                (int unchanged, int cached) = Counts.GetValueOrDefault(kind);
                bool isHit = reply.Cache?.ToString().Contains("hit", StringComparison.Ordinal) == true;
                Counts[kind] = (unchanged + 1, cached + (isHit ? 1 : 0));
            }

            answers[page] = direct;
        }
    }

    public void Dispose() => engine.Dispose();

    private static byte[] BodyOf(Reply reply)
    {
        ArrayBufferWriter<byte> body = new();
        JsonReply.Write((PageReply)reply, body);
        return body.WrittenSpan.ToArray();
    }

    private static IndexDefinition Index(string name, string hash, string range, Projection projection) =>
        new(name, [new KeySchemaElement(hash, "HASH"), new KeySchemaElement(range, "RANGE")], projection);

    private async Task CreateAsync()
    {
        await SendAsync(new CreateTable
        {
            TableName = "T",
            BillingMode = "PAY_PER_REQUEST",
            KeySchema = [new("p", "HASH"), new("s", "RANGE")],
            AttributeDefinitions = [new("p", "S"), new("s", "N"), new("a", "S"), new("g", "S"), new("n", "N")],
            LocalSecondaryIndexes = [Index("local", "p", "a", new Projection("KEYS_ONLY", null))],
            GlobalSecondaryIndexes = [Index("global", "g", "n", new Projection("INCLUDE", ["u"])), Index(
                "whole", "g", "s", new Projection("ALL", null))],
        });
        for (int partition = 0; partition < Partitions; partition++)
        {
            for (int sort = 0; sort < SortKeys; sort++)
            {
                await SendAsync(new PutItem { TableName = "T", Item = Row(partition, sort, 0) });
            }
        }
    }

    private void AddPages()
    {
        for (int i = 0; i < Partitions; i++)
        {
            Add("table", Query(null, "p", Text("p", i)));
            Add("table, projected", Query(null, "p", Text("p", i), "p, s, u"));
            Add("local index", Query("local", "p", Text("p", i)));
            Add("global index", Query("global", "g", Text("g", i)));
            Add("global index, whole items", Query("whole", "g", Text("g", i)));
        }

        for (int segment = 0; segment < Partitions; segment++)
        {
            Add("Scan", new Scan { TableName = "T", Segment = segment, TotalSegments = Partitions });
            Add("Scan, filtered", new Scan
            {
                TableName = "T",
                Segment = segment,
                TotalSegments = Partitions,
                FilterExpression = "f = :f",
                Expressions = new(null, [Values.Bind(":f", Text("f", segment % 4))]),
            });
        }
    }

    private void Add(string kind, PageOperation page) => pages.Add((kind, Checked(page)));

    private static Query Query(string? index, string hash, AttributeValue value, string? projection = null) => new()
    {
        TableName = "T",
        IndexName = index,
        KeyConditionExpression = $"{hash} = :h",
        ProjectionExpression = projection,
        Expressions = new(null, [Values.Bind(":h", value)]),
    };

    /// <summary>Tells of writes what the engine tells, or no more than a remote backend does.</summary>
    private sealed class ToldBackend(LocalBackend engine, bool isRemote) : IDynamoBackend
    {
        private TaskCompletionSource open = new();
        private int awaited;

        public ReadLag ReadLag => ReadLag.None;

        public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => isRemote ? null : engine.ScanOrder;

        /// <summary>So many writes are answered when all of them have happened.</summary>
        public void Hold(int count)
        {
            open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            awaited = count;
        }

        public async ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
        {
            Reply reply = await engine.ExecuteAsync(operation, cancellationToken);
            if (operation is not (WriteOperation or BatchWriteItem or TransactWriteItems))
            {
                return reply;
            }

            if (awaited > 0)
            {
                if (Interlocked.Decrement(ref awaited) == 0)
                {
                    open.SetResult();
                }

                await open.Task;
            }

            return isRemote ? AsRemote(operation, reply) : reply;
        }

        private static Reply AsRemote(Operation operation, Reply reply)
        {
            ReturnValues asked = ImageRequests.AskedOf(operation, mayRewrite: true);
            return ImageRequests.Complete(operation, asked, reply switch
            {
                WriteReply write => new WriteReply
                {
                    Attributes = asked == ReturnValues.ALL_OLD ? write.Images!.Old
                        : asked == ReturnValues.ALL_NEW ? write.Images!.New
                        : null,
                },
                BatchWriteItemReply => new BatchWriteItemReply(),
                TransactWriteItemsReply => new TransactWriteItemsReply(),
                _ => reply,
            });
        }
    }
}
