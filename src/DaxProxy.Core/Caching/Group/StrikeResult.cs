namespace DaxProxy.Core.Caching.Group;

/// <summary>What became of a stay that is to end.</summary>
public enum StrikeResult
{
    /// <summary>It cannot be renewed any more, and ends when its lease does.</summary>
    Struck,

    /// <summary>The process has begun another stay, with empty caches.</summary>
    JoinedAgain,

    /// <summary>Redis does not know it: the process has left, or Redis has lost what it knew.</summary>
    Absent,
}
