using System.Buffers;
using System.Text.Json;
using DaxProxy.Services.Model;

namespace DaxProxy.Services.Codecs;

/// <summary>
/// Takes out of an input what its model does not know. So nothing that was never checked is looked at, neither by what answers nor by
/// what says who may ask.
/// </summary>
internal static class KnownMembers
{
    /// <summary>The input; null where it is no structure, or a value has another kind than the model says.</summary>
    /// <param name="document">What was read, which this disposes if it is not the result.</param>
    /// <param name="shape">The operation's input.</param>
    public static JsonDocument? Of(JsonDocument document, ServiceShape shape)
    {
        bool isKept = false;
        try
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !InputCheck.HasKinds(shape, root))
            {
                return null;
            }

            if (IsKnown(shape, root))
            {
                isKept = true;
                return document;
            }

            ArrayBufferWriter<byte> known = new();
            using (Utf8JsonWriter writer = new(known))
            {
                Copy(shape, root, writer);
            }

            return JsonDocument.Parse(known.WrittenMemory);
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair: only reading it shows it.
            return null;
        }
        finally
        {
            if (!isKept)
            {
                document.Dispose();
            }
        }
    }

    private static bool IsKnown(ServiceShape shape, JsonElement json) => shape.Kind switch
    {
        ShapeKind.Structure when json.ValueKind == JsonValueKind.Object => json.EnumerateObject().All(
            member => shape.Members.TryGetValue(member.Name, out ServiceShape? known) && IsKnown(known, member.Value)),
        ShapeKind.List when json.ValueKind == JsonValueKind.Array =>
            json.EnumerateArray().All(element => IsKnown(shape.Element!, element)),
        ShapeKind.Map when json.ValueKind == JsonValueKind.Object =>
            json.EnumerateObject().All(entry => IsKnown(shape.Element!, entry.Value)),
        _ => true,
    };

    private static void Copy(ServiceShape shape, JsonElement json, Utf8JsonWriter writer)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure or ShapeKind.Map when json.ValueKind == JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty member in json.EnumerateObject())
                {
                    if ((shape.Kind == ShapeKind.Map ? shape.Element : shape.Members.GetValueOrDefault(member.Name)) is { } known)
                    {
                        writer.WritePropertyName(member.Name);
                        Copy(known, member.Value, writer);
                    }
                }

                writer.WriteEndObject();
                break;
            case ShapeKind.List when json.ValueKind == JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement element in json.EnumerateArray())
                {
                    Copy(shape.Element!, element, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }
}
