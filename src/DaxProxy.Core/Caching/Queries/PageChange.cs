namespace DaxProxy.Core.Caching.Queries;

/// <summary>What a write made of an item at a place of a table or index.</summary>
public enum PageChange
{
    /// <summary>The item may have come, may have left, and may be other than it was.</summary>
    Anything,

    /// <summary>The item may have left, or may be other than it was; where it may be now, others say.</summary>
    Left,

    /// <summary>The item was there and is there, at the same place; no other attributes changed than those named.</summary>
    InPlace,
}
