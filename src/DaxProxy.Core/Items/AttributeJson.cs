#pragma warning disable CS1591 // stub
using System.Text.Json;

namespace DaxProxy.Core.Items;

/// <summary>Normalised attributes to and from DynamoDB JSON.</summary>
public static class AttributeJson
{
    public static void Write(Utf8JsonWriter writer, AttributeMap attributes) => throw new NotImplementedException();
    public static void Write(Utf8JsonWriter writer, AttributeValue value) => throw new NotImplementedException();
    public static AttributeMap Read(ReadOnlySpan<byte> json) => throw new NotImplementedException();
}
