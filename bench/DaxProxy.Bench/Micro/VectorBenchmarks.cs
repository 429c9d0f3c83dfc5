using System.Globalization;
using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Vectors;

namespace DaxProxy.Bench.Micro;

/// <summary>Searches in vector indexes: one comparison, and all of an index of <see cref="Items"/> vectors on the disk.</summary>
public class VectorBenchmarks : IDisposable
{
    /// <summary>How many vectors the index holds.</summary>
    public const int Items = 2_000;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-vectors-");
    private readonly LocalBackend backend;
    private readonly float[] vector;
    private readonly Distance distance;
    private readonly SearchVectors search;

    public VectorBenchmarks()
    {
        Random random = new(1);
        distance = new Distance("COSINE", Draw(random));
        vector = Draw(random);
        backend = new LocalBackend(
            new EngineOptions { DataFolder = folder.FullName, SynchronizeEveryCommit = false },
            ValidationProfile.October2026,
            TimeProvider.System);
        Run(new CreateTable
        {
            TableName = "vectors",
            KeySchema = [new KeySchemaElement("pk", "HASH")],
            AttributeDefinitions = [new AttributeDefinition("pk", "S")],
            BillingMode = "PAY_PER_REQUEST",
            VectorIndexes = [new VectorIndexDefinition("index", "emb", Dimensions, "COSINE", null, new Projection("KEYS_ONLY", null))],
        });
        for (int i = 0; i < Items; i++)
        {
            Run(new PutItem
            {
                TableName = "vectors",
                Item = new AttributeMap
                {
                    ["pk"] = AttributeValue.FromString($"{i}"),
                    ["emb"] = AttributeValue.FromList(ToNumbers(Draw(random))),
                },
            });
        }

        search = new SearchVectors
        {
            TableName = "vectors",
            IndexName = "index",
            SearchVector = [.. ToNumbers(Draw(random)).Select(number => (Decoded<AttributeValue>)number)],
            TopK = 10,
        };
    }

    /// <summary>How long each vector is.</summary>
    private const int Dimensions = 1536;

    [Benchmark]
    public double Compare() => distance.Of(vector);

    [Benchmark(OperationsPerInvoke = Items)]
    public int SearchAll() => ((SearchVectorsReply)Run(search)).Results.Count;

    public void Dispose()
    {
        backend.Dispose();
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private Reply Run(Operation operation)
    {
        operation.Validate(ValidationLayer.Older);
        Reply reply = backend.ExecuteAsync(operation, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return reply is ErrorReply refused ? throw new InvalidOperationException(refused.Error.Message) : reply;
    }

    private static float[] Draw(Random random) =>
        [.. Enumerable.Range(0, Dimensions).Select(_ => (random.Next(20_001) - 10_000) / 10_000f)];

    private static AttributeValue[] ToNumbers(float[] vector) => [.. vector.Select(ToNumber)];

    private static AttributeValue ToNumber(float number) =>
        Number.TryParse(number.ToString(CultureInfo.InvariantCulture), out Number parsed) == NumberFault.None
            ? AttributeValue.FromNumber(parsed)
            : throw new InvalidOperationException();
}
