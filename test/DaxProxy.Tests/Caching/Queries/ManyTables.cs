using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Tests.Caching.Checker;
using static DaxProxy.Tests.Caching.CacheRig;

namespace DaxProxy.Tests.Caching.Queries;

/// <summary>Both caches over the engine, many tables of three global indexes each, and a page cached of each index.</summary>
internal sealed class ManyTables : IDisposable
{
    public const int Count = 40;
    public const int Indexes = 3;

    private readonly LocalBackend engine =
        new(
            new EngineOptions { DataFolder = null, TimeToLiveInterval = TimeSpan.FromDays(1) }, ValidationProfile.October2026,
            TimeProvider.System);

    private readonly CheckedCaches caches;

    private ManyTables() => caches = new CheckedCaches(engine, 5, isSmall: false);

    public static async Task<ManyTables> StartAsync()
    {
        ManyTables tables = new();
        for (int table = 0; table < Count; table++)
        {
            await tables.SendAsync(new CreateTable
            {
                TableName = $"Table{table}",
                BillingMode = "PAY_PER_REQUEST",
                KeySchema = [new("k", "HASH")],
                AttributeDefinitions = [new("k", "S"), .. Enumerable.Range(0, Indexes)
                    .Select(index => new AttributeDefinition($"g{index}", "S"))],
                GlobalSecondaryIndexes =
                    [.. Enumerable.Range(0, Indexes)
                        .Select(index => new IndexDefinition($"index{index}", [new($"g{index}", "HASH")], new Projection("ALL", null)))],
            });
        }

        await tables.CountCachedAsync(0);
        return tables;
    }

    public Task PutAsync(int table, int number) => SendAsync(new PutItem
    {
        TableName = $"Table{table}",
        Item = new AttributeMap { ["k"] = AttributeValue.FromString($"k{number}"), ["g0"] = AttributeValue.FromString($"other{number}") },
    });

    /// <summary>Asks for the pages of the tables from a first one on; how many of them were cached.</summary>
    public async Task<int> CountCachedAsync(int first)
    {
        int cached = 0;
        for (int page = first * Indexes; page < Count * Indexes; page++)
        {
            Reply reply = await SendAsync(new Query
            {
                TableName = $"Table{page / Indexes}",
                IndexName = $"index{page % Indexes}",
                KeyConditionExpression = $"g{page % Indexes} = :g",
                Expressions = new(null, [Values.Bind(":g", AttributeValue.FromString("g"))]),
            });
            cached += reply.Cache?.ToString().Contains("hit", StringComparison.Ordinal) == true ? 1 : 0;
        }

        return cached;
    }

    public void Dispose() => engine.Dispose();

    private async Task<Reply> SendAsync(Operation operation)
    {
        Reply reply = await caches.Backend.ExecuteAsync(Checked(operation), default);
        return reply is ErrorReply error ? throw new InvalidOperationException(error.Error.ToString()) : reply;
    }
}
