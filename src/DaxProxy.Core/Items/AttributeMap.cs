namespace DaxProxy.Core.Items;

/// <summary>
/// Attributes by name, in the order they were added: an opened item, or the content of a map value. Names compare by their characters.
/// </summary>
/// <remarks>Not thread-safe while it is being built; a finished one is never changed.</remarks>
public sealed class AttributeMap : Dictionary<string, AttributeValue>
{
    /// <summary>An empty map.</summary>
    public AttributeMap()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>A shallow copy: the same values under the same names.</summary>
    public AttributeMap(AttributeMap other)
        : base(other, StringComparer.Ordinal)
    {
    }
}
