using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>
/// The document of a resource policy: whether it is one, and its normal form, by which the service tells whether a policy changes at all.
/// </summary>
/// <remarks>
/// The form is checked as far as every policy shares it; actions, principals and conditions are not looked into. In the normal form there
/// are no blanks, members come in the order of the documentation, a list of one string is that string, and an account number is the
/// account's root. Source: recorded answers of the service.
/// </remarks>
public static class PolicyDocument
{
    private const int MaxBytes = 20_480;
    private const int AccountDigits = 12;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] MemberOrder =
    [
        "Version", "Id", "Statement", "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
        "Condition",
    ];

    /// <summary>
    /// Checks a document as it was sent: null when it is a policy, and one that does not grant access to every principal.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="normal">Its normal form; empty after an error.</param>
    public static DynamoError? TryNormalize(string document, out string normal)
    {
        normal = "";
        if (Encoding.UTF8.GetByteCount(document) > MaxBytes)
        {
            return ResourcePolicyFaults.TooLarge;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(document, Strict);
            if (Check(json.RootElement) is { } error)
            {
                return error;
            }

            normal = Normalize(json.RootElement);
            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: half a surrogate pair, which shows only when the string is read.
            return ResourcePolicyFaults.InvalidDocument("it is no JSON");
        }
    }

    private static string Normalize(JsonElement document)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output, Compact))
        {
            Write(writer, document, isPrincipal: false);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static DynamoError? Check(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return ResourcePolicyFaults.InvalidDocument("it is no JSON object");
        }

        if (!document.TryGetProperty("Statement", out JsonElement statements))
        {
            return ResourcePolicyFaults.InvalidDocument("it has no Statement");
        }

        return statements.ValueKind == JsonValueKind.Array ? CheckAll(statements) : CheckStatement(statements);
    }

    private static DynamoError? CheckAll(JsonElement statements)
    {
        if (statements.GetArrayLength() == 0)
        {
            return ResourcePolicyFaults.InvalidDocument("it has no Statement");
        }

        foreach (JsonElement statement in statements.EnumerateArray())
        {
            if (CheckStatement(statement) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static DynamoError? CheckStatement(JsonElement statement)
    {
        if (statement.ValueKind != JsonValueKind.Object)
        {
            return ResourcePolicyFaults.InvalidDocument("a statement is no JSON object");
        }

        string? effect = statement.TryGetProperty("Effect", out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
        if (effect is not ("Allow" or "Deny"))
        {
            return ResourcePolicyFaults.InvalidDocument("the Effect of a statement is Allow or Deny");
        }

        foreach (string member in (string[])["Principal", "Action", "Resource"])
        {
            if (!statement.TryGetProperty(member, out _) && !statement.TryGetProperty("Not" + member, out _))
            {
                return ResourcePolicyFaults.InvalidDocument("a statement has no " + member);
            }
        }

        bool isUnbounded = effect == "Allow" && !statement.TryGetProperty("Condition", out _)
            && statement.TryGetProperty("Principal", out JsonElement principal) && IsEverybody(principal);
        return isUnbounded ? ResourcePolicyFaults.Public : null;
    }

    private static bool IsEverybody(JsonElement principal) => principal.ValueKind switch
    {
        JsonValueKind.String => principal.ValueEquals("*"u8),
        JsonValueKind.Array => principal.EnumerateArray().Any(IsEverybody),
        JsonValueKind.Object => principal.EnumerateObject().Any(kind => IsEverybody(kind.Value)),
        _ => false,
    };

    /// <summary>Nested no deeper than the parser allows.</summary>
    private static void Write(Utf8JsonWriter writer, JsonElement json, bool isPrincipal)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty member in json.EnumerateObject().OrderBy(Rank).ThenBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, isPrincipal || member.Name is "Principal" or "NotPrincipal");
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array when json.GetArrayLength() == 1 && json[0].ValueKind == JsonValueKind.String:
                Write(writer, json[0], isPrincipal);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement element in json.EnumerateArray())
                {
                    Write(writer, element, isPrincipal);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.String
                when isPrincipal && json.GetString() is { Length: AccountDigits } account && account.All(char.IsAsciiDigit):
                writer.WriteStringValue($"arn:aws:iam::{account}:root");
                break;
            default:
                json.WriteTo(writer);
                break;
        }
    }

    private static int Rank(JsonProperty member)
    {
        int rank = Array.IndexOf(MemberOrder, member.Name);
        return rank < 0 ? MemberOrder.Length : rank;
    }
}
