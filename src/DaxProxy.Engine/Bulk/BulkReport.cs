using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Transfers;

namespace DaxProxy.Engine.Bulk;

/// <summary>
/// Tells of items that a bulk operation did not put, in one object for each type of output that was asked for, and of those objects in a
/// manifest. All are there once the operation has ended.
/// </summary>
/// <remarks>Not thread-safe. The names of objects and members are ours: the API's model does not have them.</remarks>
internal sealed class BulkReport : IDisposable
{
    private readonly IBucketStore buckets;
    private readonly string bucket;
    private readonly string folder;
    private readonly Part?[] parts;

    /// <summary>Begins the objects.</summary>
    /// <param name="buckets">The buckets.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="arn">The operation.</param>
    public BulkReport(IBucketStore buckets, StartBulkPutItems request, string arn)
    {
        this.buckets = buckets;
        bucket = request.Output!.Bucket;
        folder = BucketRules.KeyBelow(request.Output.Prefix, $"AWSDynamoDB/{TransferBoard.IdOf(arn)}");
        parts =
        [
            request.ReportsErrors ? Begin("ERROR") : null,
            request.ReportsConditions ? Begin("CONDITION_CHECK_FAILURE") : null,
        ];
    }

    /// <summary>Tells of an item, if its type of output was asked for.</summary>
    public void Add(RejectedItem item) => parts[item.IsConditionFailure ? 1 : 0]?.Add(item);

    /// <summary>Puts the objects in their places, the manifest last.</summary>
    public void Commit(TransferState state)
    {
        foreach (Part? part in parts)
        {
            part?.Commit();
        }

        using IBucketWriter manifest = buckets.Create(bucket, folder + "/manifest.json");
        using (Utf8JsonWriter writer = new(manifest.Content))
        {
            writer.WriteStartObject();
            writer.WriteString("bulkOperationArn"u8, state.Arn);
            writer.WriteString("bulkOperationStatus"u8, state.Status);
            writer.WriteNumber("processedItemCount"u8, state.ProcessedItems);
            writer.WriteNumber("failedItemCount"u8, state.FailedItems);
            writer.WriteStartArray("outputs"u8);
            foreach (Part part in parts.OfType<Part>())
            {
                writer.WriteStartObject();
                writer.WriteString("outputType"u8, part.Type);
                writer.WriteString("s3Key"u8, part.Key);
                writer.WriteNumber("recordCount"u8, part.Count);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        manifest.Commit();
    }

    public void Dispose()
    {
        foreach (Part? part in parts)
        {
            part?.Dispose();
        }
    }

    private Part Begin(string type)
    {
        string key = $"{folder}/{type}.json";
        return new Part(type, key, buckets.Create(bucket, key));
    }

    /// <summary>The object of one type of output.</summary>
    private sealed class Part(string type, string key, IBucketWriter target) : IDisposable
    {
        private readonly Utf8JsonWriter writer = new(target.Content, AttributeJson.WriterOptions);

        public string Type { get; } = type;

        public string Key { get; } = key;

        public long Count { get; private set; }

        public void Add(RejectedItem item)
        {
            Count++;
            writer.WriteStartObject();
            writer.WriteString("S3Key"u8, item.Key);
            writer.WriteNumber("Line"u8, item.Line);
            writer.WriteString("ErrorCode"u8, item.Error.Name);
            writer.WriteString("ErrorMessage"u8, item.Error.Message);
            Write("Item", item.Item);
            Write("ExistingItem", item.Error.Item);
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
            target.Content.WriteByte((byte)'\n');
        }

        public void Commit()
        {
            writer.Dispose();
            target.Commit();
        }

        public void Dispose()
        {
            writer.Dispose();
            target.Dispose();
        }

        private void Write(string member, Item? item)
        {
            if (item is not null)
            {
                writer.WritePropertyName(member);
                writer.WriteRawValue(item.Json.Span, skipInputValidation: true);
            }
        }
    }
}
