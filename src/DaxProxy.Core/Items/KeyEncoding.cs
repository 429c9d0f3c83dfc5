#pragma warning disable CS1591 // stub
namespace DaxProxy.Core.Items;

/// <summary>The byte encodings of key parts.</summary>
public static class KeyEncoding
{
    public const int MaxKeyBytes = 3200;
    public static int WriteSelfDelimiting(AttributeValue part, Span<byte> destination) => throw new NotImplementedException();
    public static int WriteOrdered(AttributeValue part, Span<byte> destination) => throw new NotImplementedException();
    public static AttributeValue ReadSelfDelimiting(AttributeType type, ReadOnlySpan<byte> source, out int bytesRead) => throw new NotImplementedException();
    public static AttributeValue ReadOrdered(AttributeType type, ReadOnlySpan<byte> source) => throw new NotImplementedException();
    public static ulong HashPrefix(AttributeValue partitionKey) => throw new NotImplementedException();
}
