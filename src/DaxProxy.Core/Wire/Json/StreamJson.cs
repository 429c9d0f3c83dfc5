using System.Text.Json;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Json;

/// <summary>What tables tell of their streams in JSON.</summary>
internal static class StreamJson
{
    /// <summary>The specification in a request; null when it has none.</summary>
    public static StreamSpecification? ReadSpecification(JsonElement json) => json.Member("StreamSpecification") is { } stream
        ? new StreamSpecification(stream.Flag("StreamEnabled"), stream.Text("StreamViewType"))
        : null;

    /// <summary>The members of a table's description; those of the latest stream stay when it has been switched off.</summary>
    public static void WriteSpecification(Utf8JsonWriter writer, TableDescription table)
    {
        if (table.StreamSpecification is { } stream)
        {
            writer.WriteStartObject("StreamSpecification"u8);
            writer.WriteBoolean("StreamEnabled"u8, stream.StreamEnabled);
            writer.WriteString("StreamViewType"u8, stream.StreamViewType);
            writer.WriteEndObject();
        }

        if (table.LatestStreamArn is not null)
        {
            writer.WriteString("LatestStreamLabel"u8, table.LatestStreamLabel);
            writer.WriteString("LatestStreamArn"u8, table.LatestStreamArn);
        }
    }
}
