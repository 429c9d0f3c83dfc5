using System.Buffers;
using System.Text;
using System.Text.Json;
using DaxProxy.Core;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Fetching;
using DaxProxy.Core.Caching.Items;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Partiql;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Tests.Partiql;

/// <summary>
/// PartiQL around the item cache around the engine. Statements and JSON in, JSON out; notes which native operations were asked for.
/// Table <c>Music</c> has the key <c>Artist</c>, <c>Song</c>, a global index <c>ByYear</c> (keys only, by <c>Yr</c>) and a local one
/// <c>ByGenre</c> (keys only, by <c>Genre</c>); table <c>Plain</c> has the key <c>pk</c>.
/// </summary>
internal sealed class PartiqlRig : IDisposable, IDynamoBackend
{
    private readonly LocalBackend engine;
    private readonly ItemCache cache;
    private readonly CachedBackend cached;
    private readonly PartiqlBackend backend;

    private PartiqlRig()
    {
        engine = new LocalBackend(
            new EngineOptions { DataFolder = null, SynchronizeEveryCommit = false }, ValidationProfile.October2026, TimeProvider.System);
        ItemCacheOptions options = new() { FenceStripes = 1 << 10 };
        TableCatalog catalog = new(engine, TimeProvider.System, _ => new TableCacheSettings());
        cache = new ItemCache(options, 42, TimeProvider.System, _ => default);
        cached = new CachedBackend(engine, catalog, cache, null, options.DoubtWindow, new CacheHealth(catalog, TimeProvider.System));
        backend = new PartiqlBackend(this, catalog);
    }

    public ReadLag ReadLag => engine.ReadLag;

    /// <summary>The native operations since the last call of this rig.</summary>
    public List<Operation> Asked { get; } = [];

    public static async Task<PartiqlRig> CreateAsync()
    {
        PartiqlRig rig = new();
        await rig.CallAsync("CreateTable", """
            {"TableName":"Music","BillingMode":"PAY_PER_REQUEST",
             "AttributeDefinitions":[{"AttributeName":"Artist","AttributeType":"S"},{"AttributeName":"Song","AttributeType":"S"},
                {"AttributeName":"Yr","AttributeType":"N"},{"AttributeName":"Genre","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"Artist","KeyType":"HASH"},{"AttributeName":"Song","KeyType":"RANGE"}],
             "GlobalSecondaryIndexes":[{"IndexName":"ByYear","KeySchema":[{"AttributeName":"Yr","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
             "LocalSecondaryIndexes":[{"IndexName":"ByGenre","KeySchema":[{"AttributeName":"Artist","KeyType":"HASH"},
                {"AttributeName":"Genre","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]}
            """);
        await rig.CallAsync("CreateTable", """
            {"TableName":"Plain","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}
            """);
        return rig;
    }

    public void Dispose()
    {
        backend.Dispose();
        engine.Dispose();
    }

    /// <summary>Runs one statement.</summary>
    public Task<string> RunAsync(string statement, params AttributeValue[] parameters) => RunAsync(new ExecuteStatement
    {
        Statement = statement,
        Parameters = [.. parameters.Select(parameter => (Decoded<AttributeValue>)parameter)],
    });

    public async Task<string> RunAsync(Operation operation)
    {
        Asked.Clear();
        return Render(operation, await backend.ExecuteAsync(operation, CancellationToken.None));
    }

    public Task<Reply> AskAsync(Operation operation)
    {
        Asked.Clear();
        return backend.ExecuteAsync(operation, CancellationToken.None).AsTask();
    }

    /// <summary>Runs any operation from JSON.</summary>
    public async Task<string> CallAsync(string operation, string json)
    {
        using JsonDocument body = JsonDocument.Parse(json);
        DynamoError? error = JsonRequest.TryRead(
            "DynamoDB_20120810." + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        return error is null ? await RunAsync(request!) : Render(null!, new ErrorReply(error));
    }

    ValueTask<Reply> IDynamoBackend.ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        lock (Asked)
        {
            Asked.Add(operation);
        }

        return cached.ExecuteAsync(operation, cancellationToken);
    }

    /// <summary>A reply as JSON; of an error only its name and text.</summary>
    private static string Render(Operation operation, Reply reply)
    {
        if (reply is ErrorReply { Error: var error })
        {
            return $"{error.Name}: {error.Message}";
        }

        ArrayBufferWriter<byte> output = new();
        JsonReply.Write(operation, reply, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
