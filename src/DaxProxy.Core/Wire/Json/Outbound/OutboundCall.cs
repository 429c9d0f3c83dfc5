using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>The DynamoDB JSON protocol seen from the caller's side: operations become requests, answers become replies.</summary>
/// <remarks>
/// Stateless and thread-safe. Knows the operations that a cache deals with, DescribeTable, what tells whether bulk operations run, what a
/// stream is read with, and ListTables, which asks whether a backend is there; all other requests of clients are passed on as they are,
/// without an <see cref="Operation"/> of its own. What is wrong with an answer is a <see cref="JsonException"/>: what it answered is not
/// known then, so a write with such an answer has an unknown outcome.
/// </remarks>
public static class OutboundCall
{
    /// <summary>Deepest nesting of an answer that is read; an item of 32 levels needs less than 80.</summary>
    private const int MaxDepth = 512;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Writes the body of the request for a checked operation.</summary>
    /// <param name="operation">The operation: read by a wire, or made inside the process, of compiled trees without a text.</param>
    /// <param name="returnValues">What to ask a single write to return; for all other operations without a meaning.</param>
    /// <param name="output">Where the bytes go.</param>
    public static void Write(Operation operation, ReturnValues returnValues, IBufferWriter<byte> output)
    {
        using Utf8JsonWriter writer = new(output, AttributeJson.WriterOptions);
        writer.WriteStartObject();
        switch (operation)
        {
            case GetItem get:
                ItemRequests.Write(writer, get);
                break;
            case WriteOperation write:
                ItemRequests.Write(writer, write, returnValues);
                break;
            case PageOperation page:
                PageRequests.Write(writer, page);
                break;
            case BatchGetItem batch:
                BatchRequests.Write(writer, batch);
                break;
            case BatchWriteItem batch:
                BatchRequests.Write(writer, batch);
                break;
            case TransactGetItems transaction:
                TransactionRequests.Write(writer, transaction);
                break;
            case TransactWriteItems transaction:
                TransactionRequests.Write(writer, transaction);
                break;
            case DescribeTable describe:
                writer.WriteString("TableName"u8, describe.TableName);
                break;
            case ListTables list:
                writer.WriteText("ExclusiveStartTableName"u8, list.ExclusiveStartTableName);
                writer.WriteInteger("Limit"u8, list.Limit);
                break;
            case DescribeBulkOperation describe:
                writer.WriteString("BulkOperationArn"u8, describe.BulkOperationArn);
                break;
            case ListBulkOperations list:
                writer.WriteText("NextToken"u8, list.NextToken);
                break;
            case DescribeStream describe:
                StreamRequests.Write(writer, describe);
                break;
            case GetShardIterator get:
                StreamRequests.Write(writer, get);
                break;
            case GetRecords get:
                StreamRequests.Write(writer, get);
                break;
            default:
                throw new UnreachableException($"{operation.Name} is passed on as it was sent.");
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// Reads the answer of status 200 to an operation; of a write it holds the attributes that were returned, and no images.
    /// </summary>
    /// <exception cref="JsonException">It is no answer to this operation.</exception>
    public static Reply Read(Operation operation, ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body, Options);
        try
        {
            JsonElement json = document.RootElement;
            return operation switch
            {
                GetItem => new GetItemReply(json.OptionalItem("Item"), ReplyMembers.ReadCapacity(json)),
                WriteOperation => ItemReplies.ReadWrite(json),
                PageOperation => ItemReplies.ReadPage(json),
                BatchGetItem batch => BatchReplies.Read(json, batch),
                BatchWriteItem batch => BatchReplies.Read(json, batch),
                TransactGetItems get => TransactionReplies.Read(json, get),
                TransactWriteItems => TransactionReplies.Read(json),
                DescribeTable => TableReplies.Read(json),
                ListTables => new ListTablesReply(json.Texts("TableNames") ?? [], json.Text("LastEvaluatedTableName")),
                DescribeBulkOperation => new DescribeBulkOperationReply(BulkReplies.Read(json)),
                ListBulkOperations => BulkReplies.ReadList(json),
                DescribeStream => StreamReplies.ReadStream(json),
                GetShardIterator => new GetShardIteratorReply(json.Required("ShardIterator")),
                GetRecords => StreamReplies.ReadRecords(json),
                _ => throw new UnreachableException($"{operation.Name} is passed on as it was sent."),
            };
        }
        catch (Exception fault) when (fault is not JsonException && IsOfContent(fault))
        {
            throw new JsonException($"No answer to {operation.Name}.", fault);
        }
    }

    /// <summary>Reads an answer of another status; null when it says nothing that the service would say.</summary>
    public static DynamoError? ReadError(int statusCode, ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Options);
            JsonElement json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object || json.Text("__type") is not { } type)
            {
                return null;
            }

            string member = json.Member("Message") is null ? "message" : "Message";
            return new DynamoError(type, statusCode, json.Text(member), member)
            {
                Item = json.OptionalItem("Item"),
                CancellationReasons = json.Member("CancellationReasons") is { } reasons
                    ? [.. reasons.EnumerateArray().Select(ReadReason)]
                    : null,
                ThrottlingReasons = (json.Member("ThrottlingReasons") ?? json.Member("throttlingReasons")) is { } exceeded
                    ? [.. exceeded.EnumerateArray().Select(ReadThrottlingReason)]
                    : null,
            };
        }
        catch (Exception fault) when (IsOfContent(fault))
        {
            return null;
        }
    }

    /// <summary>What the answer of status 200 to StartBulkPutItems or DescribeBulkOperation tells; null when it is none.</summary>
    public static BulkOperation? ReadBulkOperation(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Options);
            return BulkReplies.Read(document.RootElement);
        }
        catch (Exception fault) when (IsOfContent(fault))
        {
            return null;
        }
    }

    /// <summary>
    /// Whether an exception says that an answer is not as answers are: no JSON, a member of another kind, missing, not to be read, or there
    /// twice. <c>OutboundMutationTests</c> hold that there are no others.
    /// </summary>
    private static bool IsOfContent(Exception fault) =>
        fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException;

    private static ThrottlingReason ReadThrottlingReason(JsonElement json) =>
        new(json.Text("reason") ?? "", json.Text("resource") ?? "");

    private static CancellationReason ReadReason(JsonElement json) =>
        new(json.Text("Code") ?? CancellationReason.None.Code, json.Text("Message")) { Item = json.OptionalItem("Item") };
}
