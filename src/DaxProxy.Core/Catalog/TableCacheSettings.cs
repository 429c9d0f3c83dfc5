namespace DaxProxy.Core.Catalog;

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

    /// <summary>The same for pages of an index, by its name; null where they all live as long as those of the table.</summary>
    public Func<string, TimeSpan>? IndexTimeToLive { get; init; }

    /// <summary>
    /// How long after the end of its life a cached item, or the knowledge that there is none, may be answered where the backend fails; zero
    /// for never. Default zero.
    /// </summary>
    public TimeSpan ServeStale { get; init; }

    /// <summary>The same for pages of Query and Scan.</summary>
    public TimeSpan QueryServeStale { get; init; }

    /// <summary>The same for pages of an index, by its name; null where it is as for those of the table.</summary>
    public Func<string, TimeSpan>? IndexServeStale { get; init; }

    /// <summary>
    /// Whether the caches do what Amazon DynamoDB Accelerator documents: pages stay until the end of their life whatever is written, the
    /// absence of an item is kept as long as an item, consistent reads leave nothing behind, nothing is fetched early, and nothing is
    /// answered after its end. Default false.
    /// </summary>
    public bool DaxCompatible { get; init; }

    /// <summary>
    /// How far the caches may be behind the table's stream and still answer: others write it past this process. Null, the default, where
    /// its stream is not followed.
    /// </summary>
    public TimeSpan? MaxStreamLag { get; init; }

    /// <summary>
    /// Whether a read hears first what other members of the group have told, so that writes need not wait for this one. Default false.
    /// </summary>
    public bool IsValidated { get; init; }

    /// <summary>Whether a cached item may be answered without any wait.</summary>
    public bool AnswersAtOnce => CachesItems && !IsValidated;

    /// <summary>Whether anything is cached, or may be of an index that is yet to come, so that writes matter.</summary>
    public bool CachesAnything => CachesItems || QueryTimeToLive > TimeSpan.Zero || IndexTimeToLive is not null;

    /// <summary>Whether the knowledge that there is no item is kept.</summary>
    public bool KeepsAbsence => DaxCompatible || NegativeTimeToLive > TimeSpan.Zero;

    /// <summary>Longest life of a cached item, or of its absence, if that is kept; zero for one without end.</summary>
    public TimeSpan TimeToLiveOf(bool isAbsence) => isAbsence && !DaxCompatible ? NegativeTimeToLive : TimeToLive;

    /// <summary>How long an item, or its absence, may be answered after the end of its life; zero for never.</summary>
    public TimeSpan ItemGrace => DaxCompatible ? TimeSpan.Zero : ServeStale;

    /// <summary>Longest life of a cached page of the table, or of one of its indexes; zero when none is kept.</summary>
    public TimeSpan QueryTimeToLiveOf(string? index) =>
        index is not null && IndexTimeToLive is { } own ? own(index) : QueryTimeToLive;

    /// <summary>
    /// How long a page of the table, or of one of its indexes, may be answered after the end of its life; zero for never.
    /// </summary>
    public TimeSpan PageGraceOf(string? index) =>
        DaxCompatible ? TimeSpan.Zero : index is not null && IndexServeStale is { } own ? own(index) : QueryServeStale;
}
