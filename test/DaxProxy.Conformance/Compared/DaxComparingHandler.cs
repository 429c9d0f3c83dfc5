using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// Sends every request to a server, and to an equal one with caches over the DAX protocol where that has the operation, and else as it is.
/// Compares what both protocols answer, and gives the client the answer of the first. A read is sent over DAX a second time, when the
/// caches know it.
/// </summary>
/// <param name="direct">The server without caches, which is asked in JSON.</param>
/// <param name="cached">The JSON port of the other one.</param>
/// <param name="relay">A client of its DAX port.</param>
/// <param name="comparison">Compares.</param>
internal sealed class DaxComparingHandler(Uri direct, Uri cached, DaxRelay relay, DaxComparison comparison) : TurnTakingHandler
{
    private const int MaxLooks = 200;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);
    private static readonly string[] Reads = ["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"];
    private static readonly string[] Writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];

    /// <summary>Tables whose items end: on one server a moment before the other.</summary>
    private readonly ConcurrentDictionary<string, bool> ending = new(StringComparer.Ordinal);

    protected override async Task<HttpResponseMessage> SendAllAsync(HttpRequestMessage request, string target, byte[] body)
    {
        for (int looks = 1; ; looks++)
        {
            using HttpRequestMessage toDirect = Copy(request, direct, body);
            HttpResponseMessage response = await Invoker.SendAsync(toDirect, CancellationToken.None);
            await response.Content.LoadIntoBufferAsync();
            response.RequestMessage = request;
            Answer one = await Answer.ReadAsync(response);
            string operation = target.Split('.')[^1];
            ComparedRequest asked = new(TestContext.CurrentContext.Test.Name, target, Encoding.UTF8.GetString(body));
            if (await TrySendOverDaxAsync(asked, operation, one))
            {
                return response;
            }

            using HttpRequestMessage toCached = Copy(request, cached, comparison.Translate(body));
            using HttpResponseMessage fromCached = await Invoker.SendAsync(toCached, CancellationToken.None);
            Answer other = await Answer.ReadAsync(fromCached);
            if (IsOfOneThing(target) && looks < MaxLooks && StatusOf(one) != StatusOf(other))
            {
                response.Dispose();
                await Task.Delay(BetweenLooks);
                continue;
            }

            if (operation == "UpdateTimeToLive" && JsonNode.Parse(body)?["TableName"] is JsonValue table)
            {
                ending[table.GetValue<string>()] = true;
            }

            comparison.Learn(one, other);
            return response;
        }
    }

    /// <summary>Whether the protocol has the operation and its client has sent the request.</summary>
    private async Task<bool> TrySendOverDaxAsync(ComparedRequest asked, string operation, Answer one)
    {
        bool isRead = Reads.Contains(operation);
        if ((!isRead && !Writes.Contains(operation)) || !IsOfTheModel(asked.Body, one))
        {
            return false;
        }

        for (int time = 0; time < (isRead ? 2 : 1); time++)
        {
            JsonNode told = await relay.SendAsync(operation, asked.Body);
            bool mayDiffer = isRead && IsOfEndingItems(asked.Body);
            for (int looks = 1; mayDiffer && looks < MaxLooks && !DaxComparison.IsSame(one, told, isRead); looks++)
            {
                await Task.Delay(BetweenLooks);
                told = await relay.SendAsync(operation, asked.Body);
            }

            if (told["error"] is { } error && (bool)error["isOwn"]!)
            {
                comparison.NoteUnsent();
                return false;
            }

            // The item may have ended between the two.
            if (!mayDiffer || DaxComparison.IsSame(one, told, isRead))
            {
                comparison.Compare(asked, one, told, isRead);
            }
        }

        return true;
    }

    private bool IsOfEndingItems(string body) => ending.Keys.Any(table => body.Contains(table, StringComparison.Ordinal));

    /// <summary>Whether a client can have made the request of its own structures: else JSON itself is what the test is about.</summary>
    private static bool IsOfTheModel(string body, Answer answer)
    {
        if (answer.Text.Contains("SerializationException", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 512 });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
