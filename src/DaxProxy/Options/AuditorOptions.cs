namespace DaxProxy.Options;

/// <summary>Section <c>Auditor</c>: reads a share of what the caches answer once more, and says whether it was right.</summary>
internal sealed record AuditorOptions
{
    /// <summary>The share of answers that are read again, after they were given: 0, for none, to 1. Default 0.</summary>
    [Limits("0", "1")]
    public double SampleRate { get; init; }

    /// <summary>The capacity units that these reads may take in a second, 0.1 to 10000. Default 5.</summary>
    [Limits("0.1", "10000")]
    public double MaxUnitsPerSecond { get; init; } = 5;
}
