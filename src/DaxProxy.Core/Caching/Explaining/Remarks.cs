namespace DaxProxy.Core.Caching.Explaining;

/// <summary>What the caches say of reads: the same words to who sent one, and to who asks how one would be answered.</summary>
internal static class Remarks
{
    public const string ConsistentRead = "consistent read";
    public const string TableNotKnown = "table not known to the cache";
    public const string TooFarBehind = "too far behind the table's stream";
    public const string NoReadOfTable = "no read of the table";
    public const string ItemsNotCached = "items not cached";
    public const string ItemKnown = "item known";
    public const string AbsenceKnown = "absence known";
    public const string ItemNotKnown = "item not known";
    public const string NoQueryOfTable = "no query of the table";
    public const string QueriesNotCached = "queries not cached";
    public const string PageNotKnown = "page not known";
    public const string PageWritten = "page written to";
    public const string PageForgotten = "more writes than the fence remembers";
    public const string WritesNotLookedAt = "writes not looked at";
    public const string WritesOutside = "writes since then are outside it";
    public const string NoWrite = "no write since then";
    public const string FetchedAgain = "fetched again in the background";

    /// <summary>Of a page that is known: when it was stored.</summary>
    public static string PageOf(TimeSpan age) => $"page of {age.TotalMilliseconds:F0} ms ago";

    /// <summary>Of a batch.</summary>
    public static string KeysKnown(int known, int all) => $"{known} of {all} keys known";
}
