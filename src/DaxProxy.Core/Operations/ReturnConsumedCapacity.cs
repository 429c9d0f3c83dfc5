namespace DaxProxy.Core.Operations;

/// <summary>How much a caller wants to know about the capacity its request consumed.</summary>
public enum ReturnConsumedCapacity
{
    /// <summary>Nothing (the default).</summary>
    NONE,

    /// <summary>The sum per table.</summary>
    TOTAL,

    /// <summary>The sum, and the shares of the table and of each index that took part.</summary>
    INDEXES,
}
