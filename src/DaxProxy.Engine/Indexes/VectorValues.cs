using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DaxProxy.Core.Items;

namespace DaxProxy.Engine.Indexes;

/// <summary>Vectors as items, requests and the store hold them: lists of numbers, and 32-bit floats.</summary>
internal static class VectorValues
{
    /// <summary>
    /// The float nearest to a number; false when it lies beyond what a float can hold. A number too small becomes zero.
    /// </summary>
    public static bool TryConvert(Number number, out float value)
    {
        Span<byte> text = stackalloc byte[Number.MaxFormattedBytes];
        number.TryFormat(text, out int length);
        return float.TryParse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }

    /// <summary>The vector in an attribute; null where it is none of this length.</summary>
    public static float[]? Read(AttributeValue? attribute, int dimensions)
    {
        if (attribute is not { Type: AttributeType.L } || attribute.Elements.Count != dimensions)
        {
            return null;
        }

        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            if (attribute.Elements[i] is not { Type: AttributeType.N } element || !TryConvert(element.Number, out vector[i]))
            {
                return null;
            }
        }

        return vector;
    }

    /// <summary>A vector as an attribute: each number has as many digits as a float needs.</summary>
    public static AttributeValue Write(ReadOnlySpan<float> vector)
    {
        AttributeValue[] elements = new AttributeValue[vector.Length];
        for (int i = 0; i < vector.Length; i++)
        {
            elements[i] = AttributeValue.FromNumber(
                Number.TryParse(vector[i].ToString("R", CultureInfo.InvariantCulture), out Number number) == NumberFault.None
                    ? number
                    : throw new UnreachableException($"{vector[i]} is no number of DynamoDB."));
        }

        return AttributeValue.FromList(elements);
    }

    /// <summary>
    /// A vector as the store holds it: floats of four bytes, in the order of this machine, which is that of every machine .NET runs on but
    /// one.
    /// </summary>
    public static ReadOnlySpan<byte> ToBytes(ReadOnlySpan<float> vector) => MemoryMarshal.AsBytes(vector);

    /// <summary>The vector that the store holds.</summary>
    public static ReadOnlySpan<float> FromBytes(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, float>(bytes);
}
