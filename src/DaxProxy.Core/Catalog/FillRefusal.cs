namespace DaxProxy.Core.Catalog;

/// <summary>Why what was fetched was not kept.</summary>
internal enum FillRefusal
{
    /// <summary>It was written to while it was asked for, or may have been.</summary>
    Written,

    /// <summary>A write was in flight when it was asked for, or one of unknown outcome may still arrive.</summary>
    InDoubt,

    /// <summary>The index may not have caught up with its table.</summary>
    Unsettled,
}
