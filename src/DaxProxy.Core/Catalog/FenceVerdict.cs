namespace DaxProxy.Core.Catalog;

/// <summary>What became of a page's fence since the page was read.</summary>
internal enum FenceVerdict
{
    /// <summary>Nothing was written there.</summary>
    Untouched,

    /// <summary>Other pages were written to, not this one.</summary>
    Missed,

    /// <summary>A write landed in the page, or may have.</summary>
    Written,

    /// <summary>More was written than the fence remembers.</summary>
    Forgotten,
}
