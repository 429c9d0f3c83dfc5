namespace DaxProxy.Core.Caching.Queries;

/// <summary>Versions of the fences of a page at one time.</summary>
/// <param name="PartitionVersion">Version of the partition's fence; 0 for a Scan.</param>
/// <param name="ScopeVersion">Version of the fence of the table or index.</param>
internal readonly record struct PageStamp(long PartitionVersion, long ScopeVersion);
