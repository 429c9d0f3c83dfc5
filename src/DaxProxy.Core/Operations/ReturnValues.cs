namespace DaxProxy.Core.Operations;

/// <summary>Which attributes a write returns.</summary>
public enum ReturnValues
{
    /// <summary>None (the default).</summary>
    NONE,

    /// <summary>The whole item as it was before.</summary>
    ALL_OLD,

    /// <summary>The targeted attributes as they were before. UpdateItem only.</summary>
    UPDATED_OLD,

    /// <summary>The whole item as it is now. UpdateItem only.</summary>
    ALL_NEW,

    /// <summary>The targeted attributes as they are now. UpdateItem only.</summary>
    UPDATED_NEW,
}
