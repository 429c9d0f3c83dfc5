namespace DaxProxy.Core.Operations;

/// <summary>The answer to <see cref="DescribeBulkOperation"/>.</summary>
/// <param name="operation">What is told of it.</param>
public sealed class DescribeBulkOperationReply(BulkOperation operation) : Reply
{
    /// <summary>What is told of it.</summary>
    public BulkOperation Operation { get; } = operation;
}
