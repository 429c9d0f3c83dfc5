namespace DaxProxy.Core.Items;

/// <summary>
/// Attributes by name, in the order they were added: an opened item, or the content of a map value. Names compare by their characters.
/// </summary>
/// <remarks>
/// Not thread-safe while it is being built. The attributes of a finished one never change; what it remembers of its key any thread may set.
/// </remarks>
public sealed class AttributeMap : Dictionary<string, AttributeValue>
{
    private FormedKey? formed;
    private KeySchema? fitting;

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

    /// <summary>
    /// The key that was formed of these attributes by such a schema, so that a request's key is encoded once on its way through caches and
    /// engine. False where none was.
    /// </summary>
    internal bool TryGetKey(KeySchema schema, out ItemKey key)
    {
        FormedKey? known = formed;
        key = known is null ? default : known.Key;
        return known is not null && known.Schema.IsSame(schema);
    }

    /// <summary>Whether a check has found that these attributes are a key by such a schema.</summary>
    internal bool IsKeyOf(KeySchema schema) => fitting is { } known && known.IsSame(schema);

    /// <summary>Keeps that they are.</summary>
    internal void KeepFit(KeySchema schema) => fitting = schema;

    /// <summary>Keeps the key that these attributes, which do not change any more, have by a schema.</summary>
    internal void KeepKey(KeySchema schema, ItemKey key) => formed = new FormedKey(schema, key);

    private sealed record FormedKey(KeySchema Schema, ItemKey Key);
}
