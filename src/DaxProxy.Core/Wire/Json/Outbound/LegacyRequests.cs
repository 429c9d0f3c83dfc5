using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>The parameters that were there before expressions, as they were sent.</summary>
internal static class LegacyRequests
{
    /// <summary>KeyConditions, QueryFilter or ScanFilter.</summary>
    public static void WriteConditions(this Utf8JsonWriter writer, ReadOnlySpan<byte> member, IReadOnlyList<AttributeCondition>? conditions)
    {
        if (conditions is null)
        {
            return;
        }

        writer.WriteStartObject(member);
        foreach (AttributeCondition condition in conditions)
        {
            writer.WriteStartObject(condition.AttributeName);
            writer.WriteString("ComparisonOperator"u8, condition.Comparison.ToString());
            if (condition.Values.Count > 0)
            {
                WriteValues(writer, condition.Values);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Expected and the operator that joins its entries.</summary>
    public static void WriteExpected(this Utf8JsonWriter writer, WriteOperation write)
    {
        writer.WriteText("ConditionalOperator"u8, write.ConditionalOperator?.ToString());
        if (write.Expected is null)
        {
            return;
        }

        writer.WriteStartObject("Expected"u8);
        foreach (ExpectedAttributeValue expected in write.Expected)
        {
            writer.WriteStartObject(expected.AttributeName);
            if (expected.Exists is { } exists)
            {
                writer.WriteBoolean("Exists"u8, exists);
            }

            WriteValue(writer, expected.Value);
            writer.WriteText("ComparisonOperator"u8, expected.Comparison?.ToString());
            if (expected.Values is not null)
            {
                WriteValues(writer, expected.Values);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>AttributeUpdates.</summary>
    public static void WriteAttributeUpdates(this Utf8JsonWriter writer, IReadOnlyList<AttributeValueUpdate>? updates)
    {
        if (updates is null)
        {
            return;
        }

        writer.WriteStartObject("AttributeUpdates"u8);
        foreach (AttributeValueUpdate update in updates)
        {
            writer.WriteStartObject(update.AttributeName);
            writer.WriteString("Action"u8, update.Action.ToString());
            WriteValue(writer, update.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, Decoded<AttributeValue>? value)
    {
        if (value is { Value: { } given })
        {
            writer.WritePropertyName("Value"u8);
            AttributeJson.Write(writer, given);
        }
    }

    private static void WriteValues(Utf8JsonWriter writer, IReadOnlyList<Decoded<AttributeValue>> values)
    {
        writer.WriteStartArray("AttributeValueList"u8);
        foreach (Decoded<AttributeValue> value in values)
        {
            AttributeJson.Write(writer, value.Value!);
        }

        writer.WriteEndArray();
    }
}
