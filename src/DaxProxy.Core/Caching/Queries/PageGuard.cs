namespace DaxProxy.Core.Caching.Queries;

/// <summary>The fences on which a page depends.</summary>
/// <param name="Partition">The partition it is read from; null for a Scan.</param>
/// <param name="Scope">
/// Its table or index: for a Query what is raised when it is unknown which partition is concerned, for a Scan what any write raises.
/// </param>
internal readonly record struct PageGuard(FenceId? Partition, PageFences Scope);
