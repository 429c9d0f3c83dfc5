namespace DaxProxy.Core.Operations;

/// <summary>What is known of a bulk operation: one that goes on writing items long after it was answered. Immutable.</summary>
/// <param name="Arn">What it is asked for by.</param>
/// <param name="IsRunning">Whether it may still write. False for a status that DynamoDB says to be the last one only.</param>
/// <param name="Tables">Names or ARNs of the tables that it writes; empty where that is not told.</param>
public sealed record BulkOperation(string Arn, bool IsRunning, IReadOnlyList<string> Tables);
