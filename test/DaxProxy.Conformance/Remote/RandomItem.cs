namespace DaxProxy.Conformance.Remote;

/// <summary>One of the items of a random run.</summary>
internal sealed record RandomItem(string Partition, string Sort)
{
    private const int Partitions = 200;
    private const int Sorts = 4;

    private static readonly Dictionary<string, RandomItem[]> ByPartition = Enumerable.Range(0, Partitions).ToDictionary(
        partition => $"p{partition}",
        partition => Enumerable.Range(0, Sorts).Select(sort => new RandomItem($"p{partition}", $"{sort}")).ToArray());

    /// <summary>All there are.</summary>
    public static IReadOnlyList<RandomItem> All { get; } = [.. ByPartition.Values.SelectMany(items => items)];

    /// <summary>Those of its partition.</summary>
    public IReadOnlyList<RandomItem> Siblings => ByPartition[Partition];

    /// <summary>Its key as members of JSON.</summary>
    public string Members => $"'p':{{'S':'{Partition}'}},'s':{{'N':'{Sort}'}}";

    /// <summary>Its key.</summary>
    public string Key => $"{{{Members}}}";
}
