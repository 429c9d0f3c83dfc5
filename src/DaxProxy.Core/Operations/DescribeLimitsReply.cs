namespace DaxProxy.Core.Operations;

/// <summary>Answer to DescribeLimits, in units a second.</summary>
/// <param name="accountMaxUnits">Most read, and most write, units of all tables together.</param>
/// <param name="tableMaxUnits">Most read, and most write, units of one table.</param>
public sealed class DescribeLimitsReply(long accountMaxUnits, long tableMaxUnits) : Reply
{
    /// <summary>Most read, and most write, units of all tables together.</summary>
    public long AccountMaxUnits { get; } = accountMaxUnits;

    /// <summary>Most read, and most write, units of one table.</summary>
    public long TableMaxUnits { get; } = tableMaxUnits;
}
