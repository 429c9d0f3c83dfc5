#pragma warning disable CS1591 // stub
namespace DaxProxy.Core.Items;

/// <summary>Identity of an item inside its table: the DAX key encoding of the normalised key attributes.</summary>
public readonly struct ItemKey : IEquatable<ItemKey>
{
    public ItemKey(byte[] bytes) => Bytes = bytes;
    public ReadOnlyMemory<byte> Bytes { get; }
    public static ItemKey Of(KeySchema schema, AttributeMap attributes) => throw new NotImplementedException();
    public AttributeMap Decode(KeySchema schema) => throw new NotImplementedException();
    public bool Equals(ItemKey other) => Bytes.Span.SequenceEqual(other.Bytes.Span);
    public override bool Equals(object? obj) => obj is ItemKey other && Equals(other);
    public override int GetHashCode() => throw new NotImplementedException();
}
