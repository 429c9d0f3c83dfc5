using System.Text.Json;
using System.Text.Json.Serialization;

namespace DaxProxy.Core.Caching.Following;

/// <summary>Where the reader of a stream is: what is behind it has raised its fences everywhere. Immutable.</summary>
/// <param name="StreamArn">The stream.</param>
/// <param name="Shards">The shards that are being read, and those that have ended and whose children are not known yet.</param>
internal sealed record StreamPlace(string StreamArn, IReadOnlyList<StreamPlace.Shard> Shards)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static StreamPlace? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, StreamPlaceJson.Default.StreamPlace);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => JsonSerializer.Serialize(this, StreamPlaceJson.Default.StreamPlace);

    /// <summary>One shard.</summary>
    /// <param name="Id">Its name.</param>
    /// <param name="Iterator">Where to go on; null for where <paramref name="Sequence"/> says.</param>
    /// <param name="Sequence">The last record that was read; null for none.</param>
    /// <param name="IsWhole">Whether it is read from its beginning.</param>
    /// <param name="IsEnded">Whether it has been read to its end.</param>
    public sealed record Shard(string Id, string? Iterator, string? Sequence, bool IsWhole, bool IsEnded);
}

/// <summary>Places as JSON.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(StreamPlace))]
internal sealed partial class StreamPlaceJson : JsonSerializerContext;
