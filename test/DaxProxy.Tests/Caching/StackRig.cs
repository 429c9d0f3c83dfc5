using System.Text.Json;
using DaxProxy.Backends;
using DaxProxy.Core.Caching.Auditing;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// Both caches, as the options stack them, over the engine in memory with the table <c>Log</c> of key <c>k</c> (S) and <c>s</c> (S), whose
/// reads can be held; with a clock of its own.
/// </summary>
internal sealed class StackRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LocalBackend engine;
    private readonly BackendStack stack;

    private StackRig(ProxyOptions options)
    {
        EngineOptions memory = new() { DataFolder = null, TimeToLiveInterval = TimeSpan.FromDays(1) };
        engine = new LocalBackend(memory, ValidationProfile.October2026, Time);
        Inner = new HoldingBackend(engine);
        stack = new BackendStack(Inner, options, Time);
    }

    public ManualTime Time { get; } = new();

    public HoldingBackend Inner { get; }

    public CacheLayer Caching => stack.Caching!;

    public TableStatistics Items => Table.Counters.Read();

    public QueryStatistics Pages => Table.Counters.Queries.Read();

    /// <summary>What the auditor found; it must have been asked for.</summary>
    public IEnumerable<AuditFigures> Audited => stack.Auditing!.Figures;

    private CatalogTable Table =>
        Caching.Catalog.TryGet("Log", out CatalogTable? table) ? table : throw new InvalidOperationException("not learnt");

    public static async Task<StackRig> StartAsync(ProxyOptions options)
    {
        StackRig rig = new(options);
        Reply created = await rig.SendAsync(
            "CreateTable",
            "{'TableName':'Log','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'k','AttributeType':'S'},"
                + "{'AttributeName':'s','AttributeType':'S'}],'KeySchema':[{'AttributeName':'k','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}]}");
        Assert.That(created, Is.TypeOf<TableReply>());
        return rig;
    }

    /// <summary>Waits for what another thread is about to do.</summary>
    public static void Await(Func<bool> condition) => Assert.That(SpinWait.SpinUntil(condition, Patience), "it never happened");

    public Task<Reply> SendAsync(string operation, string json) => stack.Outermost.ExecuteAsync(Decode(operation, json), default).AsTask();

    public Task<Reply> PutAsync(int version) => SendAsync("PutItem", PutOf(version));

    /// <summary>Writes past the caches.</summary>
    public async Task PutBehindAsync(int version) => await engine.ExecuteAsync(Decode("PutItem", PutOf(version)), default);

    /// <summary>Reads the item <c>a</c>, alone or by a query.</summary>
    public Task<Reply> ReadAsync(bool isQuery) => isQuery
        ? SendAsync("Query", "{'TableName':'Log','KeyConditionExpression':'k=:k','ExpressionAttributeValues':{':k':{'S':'a'}}}")
        : SendAsync("GetItem", "{'TableName':'Log','Key':{'k':{'S':'a'},'s':{'S':'s'}}}");

    /// <summary>The version in an answer; zero when there is no item.</summary>
    public static long VersionIn(Reply reply)
    {
        Item? item = reply is PageReply page ? page.Items!.SingleOrDefault() : ((GetItemReply)reply).Item;
        return CacheRig.VersionOf(item);
    }

    public void Dispose()
    {
        stack.Dispose();
        engine.Dispose();
    }

    private static string PutOf(int version) => $"{{'TableName':'Log','Item':{{'k':{{'S':'a'}},'s':{{'S':'s'}},'v':{{'N':'{version}'}}}}}}";

    private static Operation Decode(string operation, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        return error is null ? request! : throw new ArgumentException(error.Message);
    }
}
