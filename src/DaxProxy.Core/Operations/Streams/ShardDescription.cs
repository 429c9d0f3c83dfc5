namespace DaxProxy.Core.Operations.Streams;

/// <summary>A shard as DescribeStream shows it.</summary>
/// <param name="ShardId">Its name; in ordinal order the older come first.</param>
/// <param name="ParentShardId">The shard it goes on from; null for a first one.</param>
/// <param name="StartingSequenceNumber">No record of it has a smaller number.</param>
/// <param name="EndingSequenceNumber">No record of it has a greater number; null while it is open.</param>
public sealed record ShardDescription(string ShardId, string? ParentShardId, string StartingSequenceNumber, string? EndingSequenceNumber);
