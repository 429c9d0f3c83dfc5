namespace DaxProxy.Bench.Report;

/// <summary>A load of which it is known beforehand whether the proxy helps.</summary>
/// <param name="Name">Its name, also that of its page.</param>
/// <param name="Workload">A preset, or the content of a file.</param>
/// <param name="CacheBytes">What the proxy's item cache may hold; null for its default.</param>
/// <param name="Expected">The advice to be given.</param>
internal sealed record Scenario(string Name, string Workload, string? CacheBytes, string Expected)
{
    /// <summary>The first one is run twice: two runs have to say the same.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("zipf-reads", "ycsb-b", null, "Use"),
        new("zipf-reads-again", "ycsb-b", null, "Use"),
        new("all-writes", """{ "Name": "all writes", "Updates": 1 }""", null, "DoNotUse"),
        new(
            "uniform-reads-small-cache", """{ "Name": "uniform reads", "Reads": 1, "Distribution": "Uniform", "Items": 50000 }""", "1MiB",
            "DoNotUse"),
    ];
}
