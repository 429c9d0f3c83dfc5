using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Insights;

/// <summary>What was counted in one minute: for each kind of rule, or null where there was nothing.</summary>
/// <param name="Number">Whole minutes since the beginning of Unix time.</param>
/// <param name="Kinds">By <see cref="ContributorRuleKind"/>.</param>
internal sealed record CountedMinute(long Number, CountedMinute.Counts?[] Kinds)
{
    /// <summary>What one kind of rule counted, in thousandths.</summary>
    /// <param name="Total">All of it.</param>
    /// <param name="Unique">How many keys were counted.</param>
    /// <param name="Most">The first of them, the most first.</param>
    internal sealed record Counts(long Total, int Unique, IReadOnlyList<(AttributeValue[] Key, ulong Hash, long Count)> Most);
}
