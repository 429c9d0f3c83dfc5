using System.Globalization;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Queries;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Transfers;

namespace DaxProxy.Engine.Exports;

/// <summary>
/// Writes the objects of an export as the service lays them out: the files of items, the list of these, the summary, and a digest of each
/// of the last two. Source: DynamoDB's developer guide, "DynamoDB table export output format".
/// </summary>
/// <remarks>Not thread-safe. The summary comes last: where it is, all else is.</remarks>
/// <param name="buckets">The buckets.</param>
/// <param name="request">What was asked.</param>
/// <param name="keySchema">The key of the table.</param>
/// <param name="keys">The keys to read; null for all.</param>
/// <param name="run">The export.</param>
internal sealed class ExportWriter(
    IBucketStore buckets, ExportTableToPointInTime request, KeySchema keySchema, KeyRange? keys, TransferRun run)
{
    /// <summary>Files that an export of any table has at least, empty ones included; each has a part of the hashes.</summary>
    private const int Parts = 4;

    private const int ItemsBetweenLooks = 1000;

    /// <summary>What an export of changes is charged for at least. Source: a recorded description of one without changes.</summary>
    private const long LeastBytesOfChanges = 10_000_000;

    private readonly string folder = BucketRules.KeyBelow(request.Output.Prefix, $"AWSDynamoDB/{TransferBoard.IdOf(run.State.Arn)}");

    private long bytes;

    /// <summary>Writes everything and gives how the export ended.</summary>
    public TransferState Write(ExportSource source, TimeProvider time, CancellationToken stopping)
    {
        BucketRules.RequireBucket(buckets, request.Output.Bucket);
        Put(folder + "/_started", []);
        StringBuilder files = new();

        // Exports of changes have one folder for their files together.
        string data = request.Span is null ? folder + "/data" : BucketRules.KeyBelow(request.Output.Prefix, "AWSDynamoDB/data");
        for (int part = 0; part < Parts; part++)
        {
            using ExportFile file = new(buckets, request.Output.Bucket, data, request.Format, keySchema);
            (long first, long last) = PartOf(part);
            Write(file, source, Math.Max(first, keys?.Hash ?? first), Math.Min(last, keys?.Hash ?? last), stopping);
            file.Commit();
            files.Append(Describe(file)).Append('\n');
        }

        PutDigested("manifest-files", Encoding.UTF8.GetBytes(files.ToString()));
        TransferState end = run.State with
        {
            Status = "COMPLETED",
            Manifest = folder + "/manifest-summary.json",
            TotalBytes = request.Span is null ? bytes : Math.Max(bytes, LeastBytesOfChanges),
        };
        PutDigested("manifest-summary", Summarize(end, time.GetUtcNow()));
        return end;
    }

    private void Write(ExportFile file, ExportSource source, long first, long last, CancellationToken stopping)
    {
        long before = run.State.ProcessedItems, looked = 0;
        foreach (ItemChange change in source.Read(first, last, stopping))
        {
            if (looked++ % ItemsBetweenLooks == 0)
            {
                run.Change(state => state with { ProcessedItems = before + file.Items });
            }

            bytes += (change.New?.Item.SizeBytes ?? 0) + (change.Old?.Item.SizeBytes ?? 0);
            if (request.Span is { } span)
            {
                file.Add(change, span.View);
            }
            else if (keys?.Contains(change.Row.Key) != false)
            {
                AddItem(file, change.New!.Item);
            }
        }

        run.Change(state => state with { ProcessedItems = before + file.Items });
    }

    private void AddItem(ExportFile file, Item item)
    {
        AttributeMap? opened = request.Filter is null && request.Projection is null ? null : item.Open();
        if (request.Filter?.Matches(opened) != false)
        {
            file.Add(request.Projection is null ? item : Item.FromAttributes(request.Projection.Apply(opened!)));
        }
    }

    /// <summary>A part of the hashes, as columns, both ends included.</summary>
    private static (long First, long Last) PartOf(int part)
    {
        ulong width = ulong.MaxValue / Parts;
        ulong last = part == Parts - 1 ? ulong.MaxValue : (width * (ulong)(part + 1)) - 1;
        return (RowKey.ToColumn(width * (ulong)part), RowKey.ToColumn(last));
    }

    private static string Describe(ExportFile file)
    {
        // What S3 says of an object that was uploaded as one part.
        string tag = Convert.ToHexStringLower(DigestStream.Of(file.Md5)) + "-1";
        return ToJson(writer =>
        {
            writer.WriteNumber("itemCount"u8, file.Items);
            writer.WriteString("md5Checksum"u8, Convert.ToBase64String(file.Md5));
            writer.WriteString("etag"u8, tag);
            writer.WriteString("dataFileS3Key"u8, file.Key);
        });
    }

    private byte[] Summarize(TransferState end, DateTimeOffset now) => Encoding.UTF8.GetBytes(ToJson(writer =>
    {
        writer.WriteString("version"u8, "2023-08-01"u8);
        writer.WriteString("exportArn"u8, end.Arn);
        WriteTime(writer, "startTime", end.StartTime);
        WriteTime(writer, "endTime", now);
        writer.WriteString("tableArn"u8, end.TableArn);
        writer.WriteString("tableId"u8, end.TableId);
        if (end.Span is { } span)
        {
            WriteTime(writer, "exportFromTime", span.From!.Value);
            WriteTime(writer, "exportToTime", span.To!.Value);
        }
        else
        {
            WriteTime(writer, "exportTime", end.ExportTime!.Value);
        }

        writer.WriteString("s3Bucket"u8, request.Output.Bucket);
        writer.WriteString("s3Prefix"u8, request.Output.Prefix.Length == 0 ? null : request.Output.Prefix);
        writer.WriteString("s3SseAlgorithm"u8, request.SseAlgorithm ?? "AES256");
        writer.WriteString("s3SseKmsKeyId"u8, request.SseKmsKeyId);
        writer.WriteString("manifestFilesS3Key"u8, folder + "/manifest-files.json");
        writer.WriteNumber("billedSizeBytes"u8, end.TotalBytes);
        writer.WriteNumber("itemCount"u8, end.ProcessedItems);
        writer.WriteString("outputFormat"u8, request.Format.ToString());
        writer.WriteString("outputView"u8, end.Span?.View.ToString());
        writer.WriteString("exportType"u8, end.ExportType);
    }));

    private static void WriteTime(Utf8JsonWriter writer, string member, DateTimeOffset time) =>
        writer.WriteString(member, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private static string ToJson(Action<Utf8JsonWriter> writeMembers)
    {
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json, AttributeJson.WriterOptions))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(json.ToArray());
    }

    private void PutDigested(string name, byte[] content)
    {
        Put($"{folder}/{name}.md5", Encoding.ASCII.GetBytes(Convert.ToBase64String(DigestStream.Of(content))));
        Put($"{folder}/{name}.json", content);
    }

    private void Put(string key, byte[] content)
    {
        using IBucketWriter writer = buckets.Create(request.Output.Bucket, key);
        writer.Content.Write(content);
        writer.Commit();
    }
}
