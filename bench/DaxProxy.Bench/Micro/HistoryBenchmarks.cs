using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Bench.Micro;

/// <summary>What point-in-time recovery costs a write: groups of puts over 10 000 items of about 300 bytes, with it and without.</summary>
public class HistoryBenchmarks : IDisposable
{
    /// <summary>Puts that wait for one commit.</summary>
    public const int Group = 256;

    private const int Items = 10_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-history-");
    private readonly Random random = new(1);
    private readonly string text = new('x', 280);
    private LocalBackend backend = null!;

    /// <summary>Whether the past is kept.</summary>
    [Params(false, true)]
    public bool Recovery { get; set; }

    /// <summary>Fills a table.</summary>
    [GlobalSetup]
    public async Task FillAsync()
    {
        backend = new LocalBackend(
            new EngineOptions { DataFolder = Path.Combine(folder.FullName, $"{Recovery}"), SynchronizeEveryCommit = false },
            ValidationProfile.October2026,
            TimeProvider.System);
        await backend.ExecuteAsync(
            Valid(new CreateTable
            {
                TableName = "t",
                KeySchema = [new KeySchemaElement("pk", "HASH")],
                AttributeDefinitions = [new AttributeDefinition("pk", "S")],
                BillingMode = "PAY_PER_REQUEST",
            }),
            CancellationToken.None);
        for (int i = 0; i < Items; i += Group)
        {
            await Task.WhenAll(Enumerable.Range(i, Group).Select(PutAsync));
        }

        if (Recovery)
        {
            await backend.ExecuteAsync(Valid(new UpdateContinuousBackups { TableName = "t", Enabled = true }), CancellationToken.None);
        }
    }

    [Benchmark(OperationsPerInvoke = Group)]
    public Task PutMany() => Task.WhenAll(Enumerable.Range(0, Group).Select(_ => PutAsync(random.Next(Items))));

    [GlobalCleanup]
    public void Close() => backend.Dispose();

    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private Task<Reply> PutAsync(int key) => backend.ExecuteAsync(
        Valid(new PutItem
        {
            TableName = "t",
            Item = new AttributeMap { ["pk"] = AttributeValue.FromString($"{key}"), ["text"] = AttributeValue.FromString(text) },
        }),
        CancellationToken.None).AsTask();

    private static Operation Valid(Operation operation) => operation.Validate(ValidationLayer.Older) is { } error
        ? throw new InvalidOperationException(error.Message)
        : operation;
}
