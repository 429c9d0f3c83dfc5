using System.Text.Json;
using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Wire.Json;

/// <summary>What the JSON of both batches shares.</summary>
internal static class BatchJson
{
    /// <summary>An empty map of tables has words of its own in the older layer, before any constraint.</summary>
    public static DynamoError? CheckRequestItems(JsonElement json, string operation, ValidationLayer layer) =>
        layer == ValidationLayer.Older && json.Member("RequestItems") is { } tables && !tables.EnumerateObject().Any()
            ? RequestFaults.NoRequestItems(operation)
            : null;
}
