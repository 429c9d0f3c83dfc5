using System.Text.Json;
using DaxProxy.Engine.Services;
using DaxProxy.Telemetry;

namespace DaxProxy.Backends;

/// <summary>
/// Reads the documents of a store at the start. One that cannot be read is logged and left out: it must not stop the others.
/// </summary>
internal static class StoredDocuments
{
    /// <summary>The documents of a kind that can be read, in the order of their ids.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="kind">Their kind.</param>
    /// <param name="read">Reads one; what it keeps of the document it has to clone.</param>
    /// <param name="logger">Where to log; null for nowhere.</param>
    public static IReadOnlyList<(string Id, T Value)> Read<T>(
        ServiceStore store, string kind, Func<JsonElement, T> read, ILogger? logger)
    {
        List<(string, T)> values = [];
        foreach ((string id, byte[] body) in store.Load(kind))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(body);
                values.Add((id, read(document.RootElement)));
            }
            catch (Exception exception) when (exception
                is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
            {
                if (logger is not null)
                {
                    Log.ServiceDocumentSkipped(logger, kind, id, exception);
                }
            }
        }

        return values;
    }
}
