namespace DaxProxy.Engine.Services;

/// <summary>One metric of CloudWatch: a name within a namespace, and what it is of.</summary>
/// <remarks>Immutable. Two are equal if they have the same dimensions in whatever order they were named.</remarks>
public sealed record MetricId
{
    private const char BetweenDimensions = '\u001e';
    private const char BetweenNameAndValue = '\u001f';

    private MetricId(string @namespace, string name, string dimensions) => (Namespace, Name, Key) = (@namespace, name, dimensions);

    /// <summary>The namespace: <c>AWS/DynamoDB</c>.</summary>
    public string Namespace { get; }

    /// <summary>The metric's name: <c>ConsumedReadCapacityUnits</c>.</summary>
    public string Name { get; }

    /// <summary>The dimensions as one text; empty for none. Only <see cref="Of"/> and the store make sense of it.</summary>
    public string Key { get; }

    /// <summary>Names and values of the dimensions, sorted by name.</summary>
    public IEnumerable<(string Name, string Value)> Dimensions => Key.Length == 0
        ? []
        : Key.Split(BetweenDimensions).Select(one => one.Split(BetweenNameAndValue)).Select(one => (one[0], one[1]));

    /// <summary>A metric.</summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="dimensions">Names and values of its dimensions, without control characters.</param>
    public static MetricId Of(string @namespace, string name, params ReadOnlySpan<(string Name, string Value)> dimensions)
    {
        if (dimensions.Length == 1)
        {
            return new MetricId(@namespace, name, dimensions[0].Name + BetweenNameAndValue + dimensions[0].Value);
        }

        (string Name, string Value)[] sorted = dimensions.ToArray();
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Name, other.Name));
        return new MetricId(
            @namespace, name, string.Join(BetweenDimensions, sorted.Select(one => one.Name + BetweenNameAndValue + one.Value)));
    }

    /// <summary>A metric as the store knows it.</summary>
    internal static MetricId Stored(string @namespace, string name, string key) => new(@namespace, name, key);
}
