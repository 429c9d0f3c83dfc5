namespace DaxProxy.Core.Caching.Queries;

/// <summary>What a write at a place that a page depends on means to the page.</summary>
internal enum Concern
{
    /// <summary>The page looks at nothing that changed.</summary>
    None,

    /// <summary>The page is concerned only if it shows the item.</summary>
    IfShown,

    /// <summary>The page may be another one by now.</summary>
    Certain,
}
