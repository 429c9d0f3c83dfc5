namespace DaxProxy.Core.Operations.Transfers;

/// <summary>What is known of one export, import or bulk operation: the answer to starting, describing or cancelling it.</summary>
/// <param name="state">How far it is.</param>
public sealed class TransferReply(TransferState state) : Reply
{
    /// <summary>How far it is.</summary>
    public TransferState State { get; } = state;
}
