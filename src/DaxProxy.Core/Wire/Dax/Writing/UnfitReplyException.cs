namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>
/// What the backend answered has an item without a key of its table, which this protocol cannot say: the table was made again with another
/// key, or the backend is broken.
/// </summary>
public sealed class UnfitReplyException : Exception
{
    /// <summary>Says so in English.</summary>
    public UnfitReplyException()
        : base("An item in the backend's answer lacks its key.")
    {
    }
}
