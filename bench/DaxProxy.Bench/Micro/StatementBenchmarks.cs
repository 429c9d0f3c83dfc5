using BenchmarkDotNet.Attributes;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Partiql;

namespace DaxProxy.Bench.Micro;

/// <summary>Parsing of a PartiQL statement, and finding one that was parsed before.</summary>
public class StatementBenchmarks : IDisposable
{
    private const string Text =
        """SELECT Artist, Song, "Yr" FROM "Music"."ByYear" WHERE "Yr" = ? AND Artist BETWEEN ? AND ? AND begins_with(Song, ?)""";
    private readonly StatementCache cache = new();

    /// <summary>The text into its tree.</summary>
    [Benchmark(Baseline = true)]
    public bool Parse() => IsRead(StatementParser.TryParse(Text, 4, out Statement? statement), statement);

    /// <summary>The tree of a text that came before.</summary>
    [Benchmark]
    public bool Known() => IsRead(cache.TryParse(Text, 4, out Statement? statement), statement);

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        GC.SuppressFinalize(this);
    }

    private static bool IsRead(DynamoError? error, Statement? statement) =>
        error is null ? statement!.IsRead : throw new InvalidOperationException(error.Message);
}
