namespace DaxProxy.Core.Caching.Following;

/// <summary>The ledger of a process that is alone: it reads, and what it has reached it knows by itself.</summary>
public sealed class LoneLedger : IStreamLedger
{
    /// <inheritdoc/>
    public Task<StreamRole> AskAsync(string tableName, StreamStatement? statement) =>
        Task.FromResult(new StreamRole(IsReader: true, IsNew: false, null, null));
}
