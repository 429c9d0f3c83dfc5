namespace DaxProxy.Engine.Storage.Seals;

/// <summary>Something needed a page of the store that is not what was written to it. It was not used.</summary>
public sealed class DamagedPageException : IOException
{
    /// <summary>For a page that was read and not used.</summary>
    public DamagedPageException(DamagedPage page)
        : base($"The store is damaged: {page} does not match its checksum.") => Page = page;

    /// <summary>The page.</summary>
    public DamagedPage Page { get; }
}
