using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>The body of an answer of the DynamoDB JSON protocol.</summary>
public static class JsonReply
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static Utf8JsonWriter? reusedWriter;

    /// <summary>Writes the body of any reply but an <see cref="ErrorReply"/>.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="reply">What came back for it.</param>
    /// <param name="output">Where the bytes go.</param>
    public static void Write(Operation operation, Reply reply, IBufferWriter<byte> output)
    {
        if (reply is EmptyReply)
        {
            return;
        }

        Utf8JsonWriter writer = Begin(output);
        JsonVerbs.ByVerb[operation.Verb].Write!(writer, reply);
        End(writer);
    }

    /// <summary>Writes the body of an answer to Query or Scan.</summary>
    public static void Write(PageReply page, IBufferWriter<byte> output)
    {
        Utf8JsonWriter writer = Begin(output);
        PageJson.Write(writer, page);
        End(writer);
    }

    /// <summary>Writes the body of a refusal.</summary>
    public static void Write(DynamoError error, IBufferWriter<byte> output)
    {
        Utf8JsonWriter writer = Begin(output);
        writer.WriteString("__type"u8, error.Type);
        if (error.Message is not null)
        {
            writer.WriteString(error.MessageMember, error.Message);
        }

        if (error.Item is not null)
        {
            writer.WritePropertyName("Item"u8);
            writer.WriteRawValue(error.Item.Json.Span, skipInputValidation: true);
        }

        if (error.CancellationReasons is not null)
        {
            TransactWriteItemsJson.WriteReasons(writer, error.CancellationReasons);
        }

        if (error.ThrottlingReasons is not null)
        {
            WriteReasons(writer, error.Name, error.ThrottlingReasons);
        }

        End(writer);
    }

    private static void WriteReasons(Utf8JsonWriter writer, string errorName, IReadOnlyList<ThrottlingReason> reasons)
    {
        // The name differs by the exception. Source: the service model.
        writer.WriteStartArray(errorName == "ThrottlingException" ? "throttlingReasons"u8 : "ThrottlingReasons"u8);
        foreach (ThrottlingReason reason in reasons)
        {
            writer.WriteStartObject();
            writer.WriteString("reason"u8, reason.Reason);
            writer.WriteString("resource"u8, reason.Resource);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static Utf8JsonWriter Begin(IBufferWriter<byte> output)
    {
        Utf8JsonWriter writer = reusedWriter ??= new Utf8JsonWriter(output, Options);
        writer.Reset(output);
        writer.WriteStartObject();
        return writer;
    }

    private static void End(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.Flush();
    }
}
