using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;

namespace DaxProxy.Tests.Engine.Regions;

/// <summary>Requests in JSON to a backend, without sockets.</summary>
internal static class JsonCall
{
    /// <summary>The answer, or the error, as JSON. Quotes of the request may be written as apostrophes.</summary>
    public static async Task<JsonNode> RunAsync(IDynamoBackend backend, string operation, string json)
    {
        string service = operation is "ListStreams" or "DescribeStream" or "GetShardIterator" or "GetRecords"
            ? "DynamoDBStreams_20120810."
            : "DynamoDB_20120810.";
        ArrayBufferWriter<byte> output = new();
        using JsonDocument body = JsonDocument.Parse(json.Replace('\'', '"'));
        DynamoError? error = JsonRequest.TryRead(
            service + operation, body.RootElement, ValidationProfile.October2026, out Operation? request);
        Reply? reply = error is null ? await backend.ExecuteAsync(request!, CancellationToken.None) : null;
        error ??= (reply as ErrorReply)?.Error;
        if (error is not null)
        {
            JsonReply.Write(error, output);
        }
        else
        {
            JsonReply.Write(request!, reply!, output);
        }

        return JsonNode.Parse(Encoding.UTF8.GetString(output.WrittenSpan))!;
    }
}
