namespace DaxProxy.Core.Tables;

/// <summary>How items and queries of one table are cached.</summary>
public sealed record TableCacheSettings
{
    /// <summary>Nothing of the table is cached.</summary>
    public static TableCacheSettings Off { get; } = new() { CachesItems = false, QueryTimeToLive = TimeSpan.Zero };

    /// <summary>Whether items are cached.</summary>
    public bool CachesItems { get; init; } = true;

    /// <summary>Longest life of a cached item; zero for one without end.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest life of the knowledge that there is no item; zero when it is not kept.</summary>
    public TimeSpan NegativeTimeToLive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest life of a cached page of Query or Scan; zero when none is kept.</summary>
    public TimeSpan QueryTimeToLive { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether cached pages stay until the end of their life whatever is written, as those of Amazon DynamoDB Accelerator do. Default false.
    /// </summary>
    public bool DaxCompatible { get; init; }

    /// <summary>Whether pages of Query and Scan are cached.</summary>
    public bool CachesQueries => QueryTimeToLive > TimeSpan.Zero;

    /// <summary>Whether anything is cached, so that writes matter.</summary>
    public bool CachesAnything => CachesItems || CachesQueries;
}
