using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>A request of the DynamoDB JSON protocol: from body bytes to a checked operation.</summary>
public static class JsonRequest
{
    /// <summary>Deepest nesting of a body that is read at all; an item of 32 levels needs less than 80.</summary>
    private const int MaxDepth = 512;

    /// <summary>
    /// Depth of a body that the current layer leaves to the older one: that of an item whose value has 63 lists or maps around a scalar.
    /// </summary>
    private const int OlderDepth = 3 + (2 * 63);

    /// <summary>The verb that a target names, GetItem of <c>DynamoDB_20120810.GetItem</c>; null when none is read here.</summary>
    public static Verb? VerbOf(string target) => JsonVerbs.ByTarget.GetValueOrDefault(target)?.Verb;

    /// <summary>Parses a body. Null when it is no JSON object; the caller disposes the document.</summary>
    public static JsonDocument? TryParse(in ReadOnlySequence<byte> body)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException)
        {
            // Answered by the caller: it needs to know that this is no JSON, not why.
        }

        return null;
    }

    /// <summary>Whether no object of a body has a member twice: readers differ in which of the two they take.</summary>
    public static bool SaysEverythingOnce(in ReadOnlySequence<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                body, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// Makes an operation of a parsed body: checks kinds against the operation's shape, then the shape's constraints, then what the
    /// operation checks itself. Everything in the operation is copied; the document may go.
    /// </summary>
    /// <param name="target">The value of <c>X-Amz-Target</c>: <c>DynamoDB_20120810.GetItem</c>.</param>
    /// <param name="body">The body's root object.</param>
    /// <param name="profile">Whose texts to use.</param>
    /// <param name="operation">The operation; null exactly when an error is returned.</param>
    public static DynamoError? TryRead(
        string target, JsonElement body, ValidationProfile profile, [NotNullWhen(false)] out Operation? operation)
    {
        operation = null;
        if (!JsonVerbs.ByTarget.TryGetValue(target, out JsonVerb? verb))
        {
            return TransportFaults.UnknownOperation;
        }

        try
        {
            if (KindCheck.Check(verb.Input, body) is { } kindError)
            {
                return kindError;
            }

            ValidationLayer layer = verb.IsLeftToOlder?.Invoke(body) == true ? ValidationLayer.Older : profile.LayerOf(verb.Verb.Name);
            DynamoError? error = TryRead(verb, body, profile, layer, out operation);
            return error is not null && layer != ValidationLayer.Older && DepthOf(body) >= OlderDepth
                ? TryRead(verb, body, profile, ValidationLayer.Older, out operation)
                : error;
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair, or with bytes that are no UTF-8: only reading it shows it.
            operation = null;
            return TransportFaults.NotJson;
        }
    }

    private static DynamoError? TryRead(
        JsonVerb verb, JsonElement body, ValidationProfile profile, ValidationLayer layer, out Operation? operation)
    {
        operation = null;
        DynamoError? error = (verb.Verb.IsControlPlane ? NameLengths.Check(verb.Input, body, profile) : null)
            ?? verb.PreCheck?.Invoke(body, layer)
            ?? ConstraintCheck.Check(verb.Input, body, layer, verb);
        if (error is not null)
        {
            return error;
        }

        Operation read = verb.Read(body, layer);
        error = read.Validate(layer);
        operation = error is null ? read : null;
        return error;
    }

    private static int DepthOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => 1 + json.EnumerateObject().Select(member => DepthOf(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + json.EnumerateArray().Select(DepthOf).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
