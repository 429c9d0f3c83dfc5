namespace DaxProxy.Core.Operations;

/// <summary>Most bytes of items in one answer. Source: the service's documentation of the limits of each operation.</summary>
internal static class ReplyLimits
{
    /// <summary>One item.</summary>
    public const long ItemBytes = 400 << 10;

    /// <summary>A page of a query or a scan.</summary>
    public const long PageBytes = 1 << 20;

    /// <summary>All items of a transaction.</summary>
    public const long TransactionBytes = 4 << 20;

    /// <summary>All items of a batch.</summary>
    public const long BatchBytes = 16 << 20;
}
