namespace DaxProxy.Core.Caching.Queries;

/// <summary>What a fence of pages guards: a partition of a table or index, or a table or index as a whole.</summary>
/// <param name="Stripe">Which fence, shared with others.</param>
/// <param name="Hash">What tells it from the others on that fence; two that agree are taken for one.</param>
internal readonly record struct FenceId(int Stripe, ulong Hash);
