using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Wire.Json.Model;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// The first look at a request: whether each JSON value is of a kind its shape can take. Unknown members and nulls are ignored; the first
/// fault is a <c>SerializationException</c>. Source: recorded answers of the service.
/// </summary>
internal static class KindCheck
{
    private const string UnexpectedObject = "Start of structure or map found where not expected";
    private const string Package = "com.amazonaws.dynamodb.v20120810.";

    public static DynamoError? Check(InputShape shape, JsonElement request) => Members(shape, request);

    private static DynamoError? Members(InputShape structure, JsonElement json)
    {
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (structure.MembersByName.TryGetValue(property.Name, out InputShape? member)
                && Value(member, property.Value, isElement: false) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static DynamoError? Value(InputShape shape, JsonElement json, bool isElement)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return shape.Kind switch
        {
            InputKind.Structure => Structure(shape, json, isElement),
            InputKind.List => List(shape, json),
            InputKind.Map => Map(shape, json),
            InputKind.Blob => Blob(json),
            InputKind.Boolean => Boolean(json),
            InputKind.String => Scalar(json, "String", IsString),
            InputKind.Integer => Scalar(json, "Integer", IsNumber),
            InputKind.Long => Scalar(json, "Long", IsNumber),
            InputKind.Double => Scalar(json, "Double", IsNumber),
            _ => Scalar(json, "Date", IsNumber),
        };
    }

    private static bool IsString(JsonValueKind kind) => kind == JsonValueKind.String;

    private static bool IsNumber(JsonValueKind kind) => kind == JsonValueKind.Number;

    private static DynamoError? Structure(InputShape shape, JsonElement json, bool isElement) => json.ValueKind switch
    {
        JsonValueKind.Object => Members(shape, json),
        JsonValueKind.Array => Fault($"Unrecognized collection type class {Package}{shape.Name}"),
        _ => Fault(isElement ? "Unexpected value type in payload" : "Unexpected field type"),
    };

    private static DynamoError? List(InputShape shape, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            return Fault(json.ValueKind == JsonValueKind.Object ? UnexpectedObject : "Unexpected field type");
        }

        foreach (JsonElement element in json.EnumerateArray())
        {
            if (Value(shape.Element!, element, isElement: true) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static DynamoError? Map(InputShape shape, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Fault(json.ValueKind == JsonValueKind.Array
                ? $"Unrecognized collection type java.util.Map<java.lang.String, {JavaName(shape.Element!)}>"
                : "Unexpected field type");
        }

        foreach (JsonProperty entry in json.EnumerateObject())
        {
            if (Value(shape.Element!, entry.Value, isElement: true) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static string JavaName(InputShape element) => element.Kind switch
    {
        InputKind.String => "java.lang.String",
        InputKind.List => $"java.util.List<{JavaName(element.Element!)}>",
        _ => Package + element.Name,
    };

    private static DynamoError? Scalar(JsonElement json, string javaName, Func<JsonValueKind, bool> fits) => json.ValueKind switch
    {
        JsonValueKind.Array => Fault("Unrecognized collection type class java.lang." + javaName),
        JsonValueKind.Object => Fault(UnexpectedObject),
        JsonValueKind kind when fits(kind) => null,
        _ => Fault($"{TokenName(json)} cannot be converted to {javaName}"),
    };

    private static DynamoError? Boolean(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => null,
        JsonValueKind.String => JsonMembers.TryReadBoolean(json.GetString()!, out _)
            ? null
            : Fault("Unexpected token received from parser"),
        _ => Scalar(json, "Boolean", static _ => false),
    };

    private static DynamoError? Blob(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return Base64Fault(json.GetString()!) is { } text ? Fault(text) : null;
            case JsonValueKind.Array:
                return Fault("Unrecognized collection type class java.nio.ByteBuffer");
            case JsonValueKind.Object:
                return Fault(UnexpectedObject);
            default:
                return Fault("only base-64-encoded strings are convertible to bytes");
        }
    }

    private static string? Base64Fault(string text)
    {
        if (text.Length % 4 != 0)
        {
            return $"Base64 encoded length is expected a multiple of 4 bytes but found: {Encoding.UTF8.GetByteCount(text)}";
        }

        // Spelt as the service spells it.
        return Base64.IsValid(text) && !text.AsSpan().ContainsAny(" \t\r\n")
            ? null
            : "Invalid last non-pad Base64 character dectected";
    }

    private static string TokenName(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.True => "TRUE_VALUE",
        JsonValueKind.False => "FALSE_VALUE",
        JsonValueKind.String => "STRING_VALUE",
        _ => json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? "DECIMAL_VALUE" : "NUMBER_VALUE",
    };

    private static DynamoError Fault(string text) => TransportFaults.Serialization(text);
}
