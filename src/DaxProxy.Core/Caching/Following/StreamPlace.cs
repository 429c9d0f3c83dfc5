using System.Buffers;
using System.Text;
using System.Text.Json;

namespace DaxProxy.Core.Caching.Following;

/// <summary>Where the reader of a stream is: what is behind it has raised its fences everywhere. Immutable.</summary>
/// <param name="StreamArn">The stream.</param>
/// <param name="Shards">The shards that are being read, and those that have ended and whose children are not known yet.</param>
/// <remarks>
/// As text, JSON: <c>{"stream":"arn:…","shards":[{"id":"…","iterator":"…","ended":true}]}</c>; of a shard the members that say
/// nothing are left out.
/// </remarks>
internal sealed record StreamPlace(string StreamArn, IReadOnlyList<StreamPlace.Shard> Shards)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static StreamPlace? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            using JsonDocument place = JsonDocument.Parse(text);
            return new StreamPlace(
                place.RootElement.GetProperty("stream").GetString()!,
                [.. place.RootElement.GetProperty("shards").EnumerateArray().Select(Read)]);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter writer = new(text))
        {
            writer.WriteStartObject();
            writer.WriteString("stream", StreamArn);
            writer.WriteStartArray("shards");
            foreach (Shard shard in Shards)
            {
                Write(writer, shard);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.WrittenSpan);
    }

    private static Shard Read(JsonElement shard) => new(
        shard.GetProperty("id").GetString()!,
        shard.TryGetProperty("iterator", out JsonElement iterator) ? iterator.GetString() : null,
        shard.TryGetProperty("ended", out _));

    private static void Write(Utf8JsonWriter writer, Shard shard)
    {
        writer.WriteStartObject();
        writer.WriteString("id", shard.Id);
        if (shard.Iterator is not null)
        {
            writer.WriteString("iterator", shard.Iterator);
        }

        if (shard.IsEnded)
        {
            writer.WriteBoolean("ended", true);
        }

        writer.WriteEndObject();
    }

    /// <summary>One shard.</summary>
    /// <param name="Id">Its name.</param>
    /// <param name="Iterator">Where to go on; null for its beginning.</param>
    /// <param name="IsEnded">Whether it has been read to its end.</param>
    public sealed record Shard(string Id, string? Iterator, bool IsEnded);
}
