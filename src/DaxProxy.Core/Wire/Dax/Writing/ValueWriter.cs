using System.Runtime.CompilerServices;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>Attribute values of an answer; the grammar is that of <see cref="ValueReader"/>.</summary>
internal static class ValueWriter
{
    public static void Write(CborWriter writer, AttributeValue value)
    {
        switch (value.Type)
        {
            case AttributeType.S:
                if (value.IsUtf8)
                {
                    writer.Utf8(value.Utf8.Span);
                }
                else
                {
                    writer.Text(value.String);
                }

                break;
            case AttributeType.N:
                writer.Number(value.Number);
                break;
            case AttributeType.B:
                writer.Bytes(value.Binary.Span);
                break;
            case AttributeType.BOOL:
                writer.Bool(value.Bool);
                break;
            case AttributeType.NULL:
                writer.Null();
                break;
            case AttributeType.M:
                WriteMap(writer, value.Map);
                break;
            case AttributeType.L:
                WriteElements(writer, value.Elements);
                break;
            default:
                writer.Tag(value.Type switch
                {
                    AttributeType.SS => ValueReader.StringSetTag,
                    AttributeType.NS => ValueReader.NumberSetTag,
                    _ => ValueReader.BinarySetTag,
                });
                WriteElements(writer, value.Elements);
                break;
        }
    }

    private static void WriteMap(CborWriter writer, AttributeMap map)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        writer.BeginMap(map.Count);
        foreach ((string name, AttributeValue value) in map)
        {
            writer.Text(name);
            Write(writer, value);
        }
    }

    private static void WriteElements(CborWriter writer, IReadOnlyList<AttributeValue> elements)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        writer.BeginArray(elements.Count);
        for (int i = 0; i < elements.Count; i++)
        {
            Write(writer, elements[i]);
        }
    }
}
