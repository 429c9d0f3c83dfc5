using System.Buffers;
using System.Text.Json;

namespace DaxProxy.Core.Items;

/// <summary>One item as normalised DynamoDB JSON in UTF-8, kept inside the GetItem answer it belongs to.</summary>
/// <remarks>
/// One array holds <c>{"Item":{…}}</c>; nothing else is kept, and only an expression opens it. Immutable and thread-safe.
/// Form: <see cref="AttributeJson"/>.
/// </remarks>
public sealed class Item
{
    private const int KeptBufferBytes = 1 << 20;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? threadBuffer;

    [ThreadStatic]
    private static Utf8JsonWriter? threadWriter;

    private readonly byte[] body;

    private Item(byte[] body, int sizeBytes)
    {
        this.body = body;
        SizeBytes = sizeBytes;
    }

    /// <summary>The item alone: <c>{"a":{"S":"x"}}</c>.</summary>
    public ReadOnlyMemory<byte> Json => body.AsMemory(Prefix.Length, body.Length - Prefix.Length - Suffix.Length);

    /// <summary>The whole body of a GetItem answer without options: <c>{"Item":{"a":{"S":"x"}}}</c>.</summary>
    public ReadOnlyMemory<byte> GetItemBody => body;

    /// <summary>Bytes that DynamoDB counts for the item (<see cref="ItemSize"/>); not the length of the JSON.</summary>
    public int SizeBytes { get; }

    private static ReadOnlySpan<byte> Prefix => "{\"Item\":"u8;

    private static ReadOnlySpan<byte> Suffix => "}"u8;

    /// <summary>The item of these attributes; only the final array is allocated.</summary>
    public static Item FromAttributes(AttributeMap attributes)
    {
        ArrayBufferWriter<byte> buffer = threadBuffer ??= new(4096);
        Utf8JsonWriter writer = threadWriter ??= new(buffer, AttributeJson.WriterOptions);
        try
        {
            buffer.Write(Prefix);
            AttributeJson.Write(writer, attributes);
            writer.Flush();
            buffer.Write(Suffix);
            return new Item(buffer.WrittenSpan.ToArray(), ItemSize.Of(attributes));
        }
        finally
        {
            writer.Reset();
            buffer.ResetWrittenCount();
            if (buffer.Capacity > KeptBufferBytes)
            {
                threadBuffer = null;
                threadWriter = null;
            }
        }
    }

    /// <summary>The item of this JSON, which is copied: the <see cref="Json"/> of an item of this size, stored before.</summary>
    public static Item FromJson(ReadOnlySpan<byte> json, int sizeBytes)
    {
        byte[] body = GC.AllocateUninitializedArray<byte>(Prefix.Length + json.Length + Suffix.Length);
        Prefix.CopyTo(body);
        json.CopyTo(body.AsSpan(Prefix.Length));
        Suffix.CopyTo(body.AsSpan(Prefix.Length + json.Length));
        return new Item(body, sizeBytes);
    }

    /// <summary>
    /// The attributes, parsed again on each call; exceptions as for <see cref="AttributeJson.Read(ReadOnlySpan{byte})"/>.
    /// </summary>
    public AttributeMap Open() => AttributeJson.Read(Json);
}
