using DaxProxy.Core.Caching.Following;

namespace DaxProxy.Tests.Caching.Checker.Following;

/// <summary>The ledger that processes share, as one of them sees it.</summary>
internal sealed class SimulatedLedger(SimulatedLedger.Page page, string node, Func<DateTimeOffset> now, TimeProvider time) : IStreamLedger
{
    private static readonly TimeSpan Right = TimeSpan.FromSeconds(2);

    public Task<StreamRole> AskAsync(string tableName, StreamStatement? statement)
    {
        bool isSame = page.Reader == node, isFree = page.Reader is null || page.Ends <= now();
        if (isSame && statement is not null && page.Ends > now())
        {
            (page.Place, page.Complete) = (statement.Place, now() - time.GetElapsedTime(statement.CompleteAt));
        }

        if (isSame || isFree)
        {
            (page.Reader, page.Ends) = (node, now() + Right);
        }

        return Task.FromResult(new StreamRole(
            isSame || isFree, !isSame && isFree, page.Place, page.Complete is { } complete ? now() - complete : null));
    }

    /// <summary>What is known to all.</summary>
    internal sealed class Page
    {
        public string? Reader { get; set; }

        public DateTimeOffset Ends { get; set; }

        public string? Place { get; set; }

        public DateTimeOffset? Complete { get; set; }
    }
}
