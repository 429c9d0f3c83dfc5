using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Storage;

/// <summary>A row of <c>items</c>, or of <c>entries</c> as a page reads it.</summary>
/// <param name="Item">The item, or what the index holds of it.</param>
/// <param name="PageBytes">Its size as pages count.</param>
internal sealed record StoredItem(Item Item, int PageBytes)
{
    /// <summary>
    /// Whether this has the same content as another item; the order of attributes does not matter. Equal ones are equally long.
    /// </summary>
    public bool Holds(Item other) =>
        Item.Json.Length == other.Json.Length
        && (Item.Json.Span.SequenceEqual(other.Json.Span)
            || AttributeValue.FromMap(Item.Open()).Equals(AttributeValue.FromMap(other.Open())));
}
