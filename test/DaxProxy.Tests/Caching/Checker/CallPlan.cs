namespace DaxProxy.Tests.Caching.Checker;

/// <summary>What the backend does with a call besides what it says.</summary>
internal sealed record CallPlan
{
    /// <summary>What it tells of the effects of writes.</summary>
    public ImageKnowledge Images { get; init; }

    /// <summary>How many parts of a batch it leaves undone.</summary>
    public int Undone { get; init; }

    /// <summary>How far behind a read is, if it may be: so many states, or as many as may be.</summary>
    public int Behind { get; init; }

    /// <summary>Whether it refuses the call: a batch after half of its parts, anything else before it has done something.</summary>
    public bool IsRefused { get; init; }
}
