using System.Text;
using System.Text.Unicode;

namespace DaxProxy.Report;

/// <summary>Writes the bodies of requests for items: hash key <c>pk</c>, range key <c>sk</c>, version <c>v</c>, filler <c>d</c>.</summary>
/// <remarks>For one at a time; each body is good until the next one. Allocates nothing.</remarks>
/// <param name="table">Their table.</param>
/// <param name="itemsOfPartition">How many share a partition key.</param>
/// <param name="itemBytes">
/// Bytes of an item as DynamoDB counts them, at most: versions of fewer digits leave one or two of them over.
/// </param>
internal sealed class RequestBodies(string table, int itemsOfPartition, int itemBytes)
{
    /// <summary>Most items of <see cref="BatchWrite"/>. Source: the limit of BatchWriteItem.</summary>
    public const int BatchItems = 25;

    /// <summary>Bytes of a key in a batch, and more.</summary>
    private const int MostOfKey = 100;

    /// <summary>Names, keys, and a version of up to six digits. Source: "DynamoDB item sizes and formats" of the developer guide.</summary>
    private const int OtherBytes = 2 + PartitionChars + 2 + SortChars + 1 + 4 + 1;

    private const int PartitionChars = 9;

    /// <summary>Length of a sort key.</summary>
    public const int SortChars = 8;

    /// <summary>Most bytes of a body besides fillers: fixed names and texts, and a table name of 255.</summary>
    private const int MostOther = 1024;

    private readonly byte[] filler = Encoding.ASCII.GetBytes(new string('x', Math.Max(1, itemBytes - OtherBytes)));
    private byte[] buffer = new byte[MostOther + itemBytes];

    /// <summary>The target of reads.</summary>
    public static string GetItem { get; } = "DynamoDB_20120810.GetItem";

    /// <summary>The target of reads of several items.</summary>
    public static string BatchGetItem { get; } = "DynamoDB_20120810.BatchGetItem";

    /// <summary>The target of scans.</summary>
    public static string Query { get; } = "DynamoDB_20120810.Query";

    /// <summary>The target of writes.</summary>
    public static string PutItem { get; } = "DynamoDB_20120810.PutItem";

    /// <summary>Reads an item.</summary>
    public ReadOnlySpan<byte> Get(int item, bool isConsistent = false)
    {
        Utf8.TryWrite(
            buffer,
            $$$"""{{{{Consistent(isConsistent)}}}"Key":{"pk":{"S":"p#{{{PartitionOf(item):0000000}}}"}"""
                + $$$""","sk":{"S":"{{{item:00000000}}}"}},"TableName":"{{{table}}}"}""",
            out int length);
        return buffer.AsSpan(0, length);
    }

    /// <summary>Reads several items.</summary>
    /// <param name="items">Which, each once.</param>
    /// <param name="isConsistent">Whether they are read consistently.</param>
    public ReadOnlySpan<byte> BatchGet(ReadOnlySpan<int> items, bool isConsistent)
    {
        if (buffer.Length < MostOther + (items.Length * MostOfKey))
        {
            buffer = new byte[MostOther + (items.Length * MostOfKey)];
        }

        Utf8.TryWrite(buffer, $$$"""{"RequestItems":{"{{{table}}}":{{{{Consistent(isConsistent)}}}"Keys":[""", out int length);
        for (int at = 0; at < items.Length; at++)
        {
            length += Copy(at > 0 ? ","u8 : default, length);
            Utf8.TryWrite(
                buffer.AsSpan(length),
                $$$"""{"pk":{"S":"p#{{{PartitionOf(items[at]):0000000}}}"},"sk":{"S":"{{{items[at]:00000000}}}"}}""",
                out int written);
            length += written;
        }

        length += Copy("]}}}"u8, length);
        return buffer.AsSpan(0, length);
    }

    /// <summary>The two keys of an item.</summary>
    public static (string Partition, string Sort) KeyOf(int item, int itemsOfPartition) =>
        ($"p#{item / itemsOfPartition:0000000}", $"{item:00000000}");

    /// <summary>Reads an item that is never there.</summary>
    public static byte[] GetOutsider(string table) =>
        Encoding.UTF8.GetBytes($$$"""{"Key":{"pk":{"S":"outsider"},"sk":{"S":"outsider"}},"TableName":"{{{table}}}"}""");

    /// <summary>Reads a page of items of one partition in order.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="most">Most items.</param>
    /// <param name="isConsistent">Whether it is read consistently.</param>
    public ReadOnlySpan<byte> Page(int first, int most, bool isConsistent = false)
    {
        Utf8.TryWrite(
            buffer,
            $$$"""{"TableName":"{{{table}}}",{{{Consistent(isConsistent)}}}"KeyConditionExpression":"pk = :p AND """
                + $$$"""sk >= :s","ExpressionAttributeValues":{":p":{"S":"p#{{{PartitionOf(first):0000000}}}"}"""
                + $$$""",":s":{"S":"{{{first:00000000}}}"}},"Limit":{{{most}}}}""",
            out int length);
        return buffer.AsSpan(0, length);
    }

    /// <summary>Writes an item as this version.</summary>
    public ReadOnlySpan<byte> Put(int item, int version)
    {
        Utf8.TryWrite(buffer, $$"""{"TableName":"{{table}}",""", out int length);
        length += WriteItem(buffer.AsSpan(length), item, version);
        buffer[length++] = (byte)'}';
        return buffer.AsSpan(0, length);
    }

    /// <summary>Writes several items as version 1.</summary>
    /// <param name="first">The first one.</param>
    /// <param name="count">How many: at most <see cref="BatchItems"/>.</param>
    public ReadOnlySpan<byte> BatchWrite(int first, int count)
    {
        if (buffer.Length < BatchItems * (MostOther + itemBytes))
        {
            buffer = new byte[BatchItems * (MostOther + itemBytes)];
        }

        Utf8.TryWrite(buffer, $$"""{"RequestItems":{"{{table}}":[""", out int length);
        for (int item = first; item < first + count; item++)
        {
            length += Copy(item > first ? ",{\"PutRequest\":{"u8 : "{\"PutRequest\":{"u8, length);
            length += WriteItem(buffer.AsSpan(length), item, version: 1);
            length += Copy("}}"u8, length);
        }

        length += Copy("]}}"u8, length);
        return buffer.AsSpan(0, length);
    }

    /// <summary>Writes how an item's sort key stands in every reply that holds it. Returns its length.</summary>
    /// <param name="destination">Where: 10 bytes.</param>
    /// <param name="item">The item.</param>
    public static int WriteSortKey(Span<byte> destination, int item)
    {
        Utf8.TryWrite(destination, $"\"{item:00000000}\"", out int length);
        return length;
    }

    private static string Consistent(bool isConsistent) => isConsistent ? "\"ConsistentRead\":true," : "";

    private int PartitionOf(int item) => item / itemsOfPartition;

    private int WriteItem(Span<byte> destination, int item, int version)
    {
        Utf8.TryWrite(
            destination,
            $$$"""
            "Item":{"pk":{"S":"p#{{{PartitionOf(item):0000000}}}"},"sk":{"S":"{{{item:00000000}}}"},"v":{"N":"{{{version}}}"},"d":{"S":"
            """,
            out int length);
        filler.CopyTo(destination[length..]);
        length += filler.Length;
        "\"}}"u8.CopyTo(destination[length..]);
        return length + 3;
    }

    private int Copy(ReadOnlySpan<byte> text, int at)
    {
        text.CopyTo(buffer.AsSpan(at));
        return text.Length;
    }
}
