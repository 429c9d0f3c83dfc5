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
            WriteVectorIndexes(writer, capacity.VectorIndexBytes);
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

    private static void WriteVectorIndexes(Utf8JsonWriter writer, IReadOnlyDictionary<string, double>? indexes)
    {
        if (indexes is null)
        {
            return;
        }

        writer.WriteStartObject("VectorIndexes"u8);
        foreach ((string name, double bytes) in indexes)
        {
            writer.WriteStartObject(name);
            WriteNumber(writer, "VectorWriteRequestBytes", bytes);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteUnits(Utf8JsonWriter writer, double units, string? splitMember)
    {
        WriteNumber(writer, "CapacityUnits", units);
        if (splitMember is not null)
        {
            WriteNumber(writer, splitMember, units);
        }
    }

    /// <summary>Writes what was consumed. It always shows a fraction, as the service prints it.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, string member, double consumed)
    {
        writer.WritePropertyName(member);
        writer.WriteRawValue(consumed.ToString("0.0##", CultureInfo.InvariantCulture), skipInputValidation: true);
    }
}
