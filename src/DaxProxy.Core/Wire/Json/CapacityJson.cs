using System.Globalization;
using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>Consumed capacity in JSON.</summary>
internal static class CapacityJson
{
    public static void Write(Utf8JsonWriter writer, ConsumedCapacity? capacity)
    {
        if (capacity is not null)
        {
            writer.WritePropertyName("ConsumedCapacity"u8);
            WriteObject(writer, capacity);
        }
    }

    public static void WriteList(Utf8JsonWriter writer, IReadOnlyList<ConsumedCapacity>? capacities)
    {
        if (capacities is null)
        {
            return;
        }

        writer.WriteStartArray("ConsumedCapacity"u8);
        foreach (ConsumedCapacity capacity in capacities)
        {
            WriteObject(writer, capacity);
        }

        writer.WriteEndArray();
    }

    private static void WriteObject(Utf8JsonWriter writer, ConsumedCapacity capacity)
    {
        writer.WriteStartObject();
        writer.WriteString("TableName"u8, capacity.TableName);
        WriteUnits(writer, capacity.TotalUnits, capacity.SplitMember);
        if (capacity.ShowShares)
        {
            writer.WriteStartObject("Table"u8);
            WriteUnits(writer, capacity.TableUnits, capacity.SplitMember);
            writer.WriteEndObject();
            WriteIndexes(writer, "LocalSecondaryIndexes"u8, capacity.LocalIndexUnits, capacity.SplitMember);
            WriteIndexes(writer, "GlobalSecondaryIndexes"u8, capacity.GlobalIndexUnits, capacity.SplitMember);
        }

        writer.WriteEndObject();
    }

    private static void WriteIndexes(
        Utf8JsonWriter writer, ReadOnlySpan<byte> member, IReadOnlyDictionary<string, double>? indexes, string? splitMember)
    {
        if (indexes is null)
        {
            return;
        }

        writer.WriteStartObject(member);
        foreach ((string name, double units) in indexes)
        {
            writer.WriteStartObject(name);
            WriteUnits(writer, units, splitMember);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    /// <summary>Units always show a fraction, as the service prints them.</summary>
    private static void WriteUnits(Utf8JsonWriter writer, double units, string? splitMember)
    {
        string text = units.ToString("0.0##", CultureInfo.InvariantCulture);
        writer.WritePropertyName("CapacityUnits"u8);
        writer.WriteRawValue(text, skipInputValidation: true);
        if (splitMember is not null)
        {
            writer.WritePropertyName(splitMember);
            writer.WriteRawValue(text, skipInputValidation: true);
        }
    }
}
