namespace DaxProxy.Core.Caching.Queries;

/// <summary>Why an answer was not kept.</summary>
internal enum FillRefusal
{
    /// <summary>It was written to while it was asked for, or may have been.</summary>
    Written,

    /// <summary>A write of unknown outcome may still arrive.</summary>
    InDoubt,

    /// <summary>The index may not have caught up with its table.</summary>
    Unsettled,
}
