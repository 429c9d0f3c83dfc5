using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>One figure of the suite.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Against">What it is measured against, or in.</param>
/// <param name="Target">What it is to be; null where it only informs.</param>
/// <param name="Figure">The median of what was measured, and the smallest and the largest.</param>
internal sealed record SuiteRow(string What, string Against, Bound? Target, Spread Figure)
{
    /// <summary>Whether the median keeps to the target; null without one.</summary>
    public bool? IsMet => Target?.Holds(Figure.Median);
}
