using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;

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
        switch (reply)
        {
            case GetItemReply item:
                GetItemJson.Write(writer, item);
                break;
            case WriteReply write:
                WriteJson.Write(writer, write);
                break;
            case PageReply page:
                PageJson.Write(writer, page);
                break;
            case BatchGetItemReply batch:
                BatchGetItemJson.Write(writer, batch);
                break;
            case BatchWriteItemReply batch:
                BatchWriteItemJson.Write(writer, batch);
                break;
            case TransactGetItemsReply transaction:
                TransactGetItemsJson.Write(writer, transaction);
                break;
            case TransactWriteItemsReply transaction:
                TransactWriteItemsJson.Write(writer, transaction);
                break;
            case ListTagsOfResourceReply tags:
                TagsJson.Write(writer, tags);
                break;
            case DescribeEndpointsReply endpoints:
                DescribeEndpointsJson.Write(writer, endpoints);
                break;
            case DescribeLimitsReply limits:
                DescribeLimitsJson.Write(writer, limits);
                break;
            case ExecuteStatementReply statement:
                ExecuteStatementJson.Write(writer, statement);
                break;
            case BatchExecuteStatementReply batch:
                BatchExecuteStatementJson.Write(writer, batch);
                break;
            case ExecuteTransactionReply transaction:
                ExecuteTransactionJson.Write(writer, transaction);
                break;
            case ListTablesReply tables:
                ListTablesJson.Write(writer, tables);
                break;
            case UpdateTimeToLiveReply timeToLive:
                TimeToLiveJson.Write(writer, timeToLive);
                break;
            case DescribeTimeToLiveReply timeToLive:
                TimeToLiveJson.Write(writer, timeToLive);
                break;
            case ListStreamsReply streams:
                ListStreamsJson.Write(writer, streams);
                break;
            case DescribeStreamReply stream:
                DescribeStreamJson.Write(writer, stream);
                break;
            case GetShardIteratorReply iterator:
                GetShardIteratorJson.Write(writer, iterator);
                break;
            case GetRecordsReply records:
                GetRecordsJson.Write(writer, records);
                break;
            case ContinuousBackupsReply backups:
                ContinuousBackupsJson.Write(writer, backups);
                break;
            case ContributorInsightsReply insights:
                ContributorInsightsJson.Write(writer, insights);
                break;
            case ListContributorInsightsReply insights:
                ContributorInsightsJson.Write(writer, insights);
                break;
            case ResourcePolicyReply policy:
                ResourcePolicyJson.Write(writer, policy);
                break;
            case EmptyListReply list:
                OpaqueJson.Write(writer, list);
                break;
            case TableReply table:
                writer.WritePropertyName(operation is DescribeTable ? "Table"u8 : "TableDescription"u8);
                if (table.Source is null)
                {
                    TableDescriptionJson.Write(writer, table.Table, isDeletion: operation is DeleteTable);
                }
                else
                {
                    writer.WriteRawValue(table.Source, skipInputValidation: true);
                }

                break;
            default:
                throw new UnreachableException($"No JSON for a {reply.GetType().Name}.");
        }

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

        End(writer);
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
