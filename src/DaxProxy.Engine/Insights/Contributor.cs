using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Insights;

/// <summary>A key, and what it contributed to what a rule adds up. The figures are estimates, never too low while it was counted.</summary>
/// <param name="Key">The attributes of the rule's key, partition key first.</param>
/// <param name="Hash">What tells it from others, also where the key is not to be shown; another one in each process.</param>
/// <param name="Sum">Units (a write unit counts as three) or throttled requests.</param>
/// <param name="Points">The same by periods: those in which it was among the first, in the order of time.</param>
public sealed record Contributor(AttributeMap Key, ulong Hash, double Sum, IReadOnlyList<ContributorPoint> Points);
