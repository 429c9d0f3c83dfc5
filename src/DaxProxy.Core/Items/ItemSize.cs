#pragma warning disable CS1591 // stub
namespace DaxProxy.Core.Items;

/// <summary>DynamoDB's size arithmetic.</summary>
public static class ItemSize
{
    public const int MaxItemBytes = 409_600;
    public static int Of(AttributeMap attributes) => throw new NotImplementedException();
    public static int Of(AttributeValue value) => throw new NotImplementedException();
    public static int OnPage(AttributeMap attributes, string? rangeName) => throw new NotImplementedException();
}
