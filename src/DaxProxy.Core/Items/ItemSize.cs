using System.Runtime.CompilerServices;

namespace DaxProxy.Core.Items;

/// <summary>DynamoDB's size arithmetic.</summary>
/// <remarks>
/// All sizes are bytes. The size of an item, which limits and capacity go by, sums UTF-8 names and values; the size of an entry on a page,
/// which decides only where a page of a Query or Scan ends, is that of an internal format. Thread-safe.
/// Source: DynamoDB developer guide, "Item sizes and formats"; page boundaries recorded by dynalite.
/// </remarks>
public static class ItemSize
{
    /// <summary>The largest item: 400 KB, names and values.</summary>
    public const int MaxItemBytes = 409_600;

    private const int ContainerBytes = 3;
    private const int ElementBytes = 1;
    private const int PageEntryBytes = 2;
    private const int PageKeyBytes = 18;
    private const int PageChunkBytes = 3072;

    /// <summary>Size of an item.</summary>
    public static int Of(AttributeMap attributes)
    {
        int bytes = 0;
        foreach ((string name, AttributeValue value) in attributes)
        {
            bytes += AttributeValue.Utf8Length(name) + Of(value);
        }

        return bytes;
    }

    /// <summary>Size of a value, without its name.</summary>
    public static int Of(AttributeValue value) => value.Type switch
    {
        AttributeType.S => value.IsUtf8 ? value.Utf8.Length : AttributeValue.Utf8Length(value.String),
        AttributeType.N => value.Number.SizeBytes,
        AttributeType.B => value.Binary.Length,
        AttributeType.NULL or AttributeType.BOOL => 1,
        AttributeType.M => OfMap(value.Map),
        AttributeType.L => ContainerBytes + SumElements(value.Elements, ElementBytes),
        _ => SumElements(value.Elements, 0),
    };

    /// <summary>
    /// What an entry of a table or index takes up on a page of 1 MiB; <paramref name="rangeName"/> is its sort key, null if it has none.
    /// </summary>
    public static int OnPage(AttributeMap attributes, string? rangeName)
    {
        int bytes = 0;
        int rangeBytes = 0;
        foreach ((string name, AttributeValue value) in attributes)
        {
            if (name == rangeName)
            {
                rangeBytes = Of(value);
            }
            else
            {
                bytes += 1 + OnPage(value);
            }
        }

        // The key is stored again for each further 3 KB.
        return PageEntryBytes + bytes + ((1 + ((1 + bytes) / PageChunkBytes)) * (PageKeyBytes + rangeBytes));
    }

    private static int OnPage(AttributeValue value)
    {
        int bytes = Of(value);
        return value.Type switch
        {
            AttributeType.S => bytes + (bytes < 128 ? 1 : bytes < 16_384 ? 2 : 3),
            AttributeType.N or AttributeType.B => bytes + 1,
            AttributeType.SS or AttributeType.NS or AttributeType.BS => bytes + 1 + value.Elements.Count,
            AttributeType.NULL => 0,
            _ => bytes,
        };
    }

    private static int OfMap(AttributeMap map)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return ContainerBytes + (map.Count * ElementBytes) + Of(map);
    }

    private static int SumElements(IReadOnlyList<AttributeValue> elements, int overhead)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        int bytes = 0;
        for (int i = 0; i < elements.Count; i++)
        {
            bytes += overhead + Of(elements[i]);
        }

        return bytes;
    }
}
