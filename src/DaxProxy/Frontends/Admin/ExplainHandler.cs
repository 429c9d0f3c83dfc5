using System.Buffers;
using System.Text.Json;
using DaxProxy.Core.Caching;
using DaxProxy.Core.Caching.Explaining;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Partiql;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Frontends.Admin;

/// <summary>
/// <c>POST /api/explain</c> with <c>{"target":"GetItem","request":{"TableName":"T","Key":{"pk":{"S":"x"}}}}</c>: whether such a request
/// would be answered from a cache now, and why.
/// </summary>
/// <remarks>Nothing is counted, kept or asked for: the backend does not hear of it.</remarks>
/// <param name="cache">The caches; null where there are none.</param>
/// <param name="statements">What makes reads of statements.</param>
/// <param name="profile">Which of the service's checks are made.</param>
/// <param name="unread">What answers those whose bodies are not wanted.</param>
internal sealed class ExplainHandler(
    CachedBackend? cache, PartiqlBackend statements, ValidationProfile profile, UnreadBodies unread)
{
    private const string Prefix = "DynamoDB_20120810.";

    public Task HandleAsync(HttpContext context) => JsonBody.HandleAsync(context, unread, Explain);

    private (byte[]? Body, string? Fault) Explain(JsonElement body)
    {
        JsonProperty[] members = [.. body.EnumerateObject()];
        JsonElement target = Find("target"), request = Find("request");
        if (members.Length != 2 || target.ValueKind != JsonValueKind.String || request.ValueKind != JsonValueKind.Object)
        {
            return (null, "the body must hold target (the operation, as GetItem) and request (its JSON), and nothing else");
        }

        string name = target.GetString()!;
        DynamoError? error = JsonRequest.TryRead(
            name.StartsWith(Prefix, StringComparison.Ordinal) ? name : Prefix + name, request, profile, out Operation? operation);
        return operation is BatchExecuteStatement or ExecuteTransaction
            ? (null, "several statements of PartiQL cannot be explained together; ask about each of them as ExecuteStatement")
            : error is not null ? Refused(error)
            : cache is null ? (null, "there is no cache")
            : operation is ExecuteStatement statement ? Explain(statement, cache)
            : (Write(operation!, cache.Foresee(operation!)), null);

        JsonElement Find(string name) =>
            members.FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    private static (byte[]? Body, string? Fault) Refused(DynamoError error) =>
        (null, $"it would be refused: {error.Message ?? error.Name}");

    /// <summary>A statement is answered by native reads, one after another; each is explained as if it had been sent itself.</summary>
    private (byte[]? Body, string? Fault) Explain(ExecuteStatement statement, CachedBackend known)
    {
        if (statements.TryForeseeReads(statement, out IReadOnlyList<Operation>? reads) is { } error)
        {
            return Refused(error);
        }

        if (reads is not [_, ..])
        {
            return (Write(statement, reads is null ? Forecast.OfUnknownTable : null), null);
        }

        // What a SELECT is made of is what caches answer.
        Forecast[] parts = [.. reads.Select(read => known.Foresee(read) ?? Forecast.OfUnknownTable)];
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        writer.WriteString("operation", statement.Name);
        writer.WriteString("answer", Forecast.Together(parts).ToString().ToLowerInvariant());
        WriteTexts(writer, "because", [.. parts.SelectMany(part => part.Because).Distinct()]);
        writer.WriteStartArray("reads");
        foreach ((Operation read, Forecast part) in reads.Zip(parts))
        {
            writer.WriteStartObject();
            writer.WriteString("operation", read.Name);
            WriteMembers(writer, part);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return (output.WrittenSpan.ToArray(), null);
    }

    private static byte[] Write(Operation operation, Forecast? forecast)
    {
        ArrayBufferWriter<byte> output = new();
        using Utf8JsonWriter writer = new(output);
        writer.WriteStartObject();
        writer.WriteString("operation", operation.Name);
        if (forecast is null)
        {
            writer.WriteString("answer", "bypass");
            WriteTexts(writer, "because", ["not an operation that is answered from a cache"]);
        }
        else
        {
            WriteMembers(writer, forecast);
        }

        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, Forecast forecast)
    {
        Explanation why = new();
        foreach (string remark in forecast.Because)
        {
            why.Say(remark);
        }

        writer.WriteString("answer", forecast.Answer.ToString().ToLowerInvariant());
        writer.WriteString("cacheStatus", forecast.Status.With(why).ToString());
        WriteTexts(writer, "because", forecast.Because);
        if (forecast.Entry is { } entry)
        {
            writer.WriteStartObject("entry");
            writer.WriteString("kind", entry.Kind);
            writer.WriteNumber("ageSeconds", entry.Age.TotalSeconds);
            if (entry.Left is { } left)
            {
                writer.WriteNumber("leftSeconds", left.TotalSeconds);
            }

            writer.WriteNumber("bytes", entry.Bytes);
            WriteTexts(writer, "endedBy", entry.EndedBy);
            writer.WriteEndObject();
        }

        if (forecast.Keys.Count > 0)
        {
            writer.WriteStartArray("keys");
            foreach (Forecast key in forecast.Keys)
            {
                writer.WriteStartObject();
                WriteMembers(writer, key);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteTexts(Utf8JsonWriter writer, string member, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(member);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
