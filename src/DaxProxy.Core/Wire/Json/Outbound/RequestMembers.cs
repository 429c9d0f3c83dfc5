using System.Text.Json;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>The members that requests share. What says nothing is left out.</summary>
internal static class RequestMembers
{
    public static void WriteText(this Utf8JsonWriter writer, ReadOnlySpan<byte> member, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(member, text);
        }
    }

    public static void WriteFlag(this Utf8JsonWriter writer, ReadOnlySpan<byte> member, bool flag)
    {
        if (flag)
        {
            writer.WriteBoolean(member, true);
        }
    }

    public static void WriteInteger(this Utf8JsonWriter writer, ReadOnlySpan<byte> member, int? number)
    {
        if (number is not null)
        {
            writer.WriteNumber(member, number.Value);
        }
    }

    /// <summary>A member whose first value is the one it has when it is absent.</summary>
    public static void WriteChoice<TEnum>(this Utf8JsonWriter writer, ReadOnlySpan<byte> member, TEnum choice)
        where TEnum : struct, Enum
    {
        if (!EqualityComparer<TEnum>.Default.Equals(choice, default))
        {
            writer.WriteString(member, choice.ToString());
        }
    }

    public static void WriteAttributes(this Utf8JsonWriter writer, ReadOnlySpan<byte> member, AttributeMap attributes)
    {
        writer.WritePropertyName(member);
        AttributeJson.Write(writer, attributes);
    }

    public static void WriteTexts(this Utf8JsonWriter writer, ReadOnlySpan<byte> member, IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        writer.WriteStartArray(member);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>A projection as it was sent, or the text of one that was handed over; AttributesToGet is a member of its own.</summary>
    public static void WriteProjection(
        this Utf8JsonWriter writer,
        string? sent,
        IReadOnlyList<string>? attributesToGet,
        ProjectionExpression? projection,
        ExpressionText made) =>
        writer.WriteText(
            "ProjectionExpression"u8, sent ?? (attributesToGet is null && projection is not null ? made.Of(projection) : null));

    /// <summary>The maps behind references, those that were sent and those that <see cref="ExpressionText"/> made.</summary>
    public static void WriteReferences(this Utf8JsonWriter writer, ExpressionParameters sent, ExpressionText? made = null)
    {
        if (sent.Names is not null || made is { Names.Count: > 0 })
        {
            writer.WriteStartObject("ExpressionAttributeNames"u8);
            foreach ((string reference, string name) in (sent.Names ?? new Dictionary<string, string>()).Concat(made?.Names ?? []))
            {
                writer.WriteString(reference, name);
            }

            writer.WriteEndObject();
        }

        if (sent.Values is null && made is not { Values.Count: > 0 })
        {
            return;
        }

        writer.WriteStartObject("ExpressionAttributeValues"u8);
        foreach ((string reference, Decoded<AttributeValue> value) in sent.Values ?? [])
        {
            writer.WritePropertyName(reference);
            AttributeJson.Write(writer, value.Value!);
        }

        foreach ((string reference, AttributeValue value) in made?.Values ?? [])
        {
            writer.WritePropertyName(reference);
            AttributeJson.Write(writer, value);
        }

        writer.WriteEndObject();
    }
}
