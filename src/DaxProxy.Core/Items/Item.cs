#pragma warning disable CS1591 // stub
namespace DaxProxy.Core.Items;

/// <summary>One item as normalised DynamoDB JSON in UTF-8, kept inside the GetItem answer it belongs to.</summary>
public sealed class Item
{
    public static Item FromAttributes(AttributeMap attributes) => throw new NotImplementedException();
    public static Item FromJson(ReadOnlySpan<byte> json, int sizeBytes) => throw new NotImplementedException();
    public ReadOnlyMemory<byte> Json => throw new NotImplementedException();
    public ReadOnlyMemory<byte> GetItemBody => throw new NotImplementedException();
    public int SizeBytes => throw new NotImplementedException();
    public AttributeMap Open() => throw new NotImplementedException();
}
