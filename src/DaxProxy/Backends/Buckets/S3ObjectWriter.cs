using Amazon.S3;
using Amazon.S3.Model;
using DaxProxy.Engine.Buckets;

namespace DaxProxy.Backends.Buckets;

/// <summary>
/// An object being written to S3, in parts where it is large, so that no more than one part is held. S3 shows it when it is whole.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
/// <param name="client">S3.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="key">The key.</param>
internal sealed class S3ObjectWriter(IAmazonS3 client, string bucket, string key) : IBucketWriter
{
    /// <summary>The least that S3 takes of any part but the last. With 10,000 parts an object may have 50 GB.</summary>
    private const int PartBytes = 5 << 20;

    private const int MostParts = 10_000;

    private readonly PartStream content = new();
    private readonly List<PartETag> parts = [];
    private string? upload;
    private bool isEnded;

    /// <inheritdoc/>
    public Stream Content
    {
        get
        {
            content.Filled ??= UploadPart;
            return content;
        }
    }

    /// <inheritdoc/>
    public void Commit()
    {
        if (upload is null)
        {
            using MemoryStream whole = content.Take();
            S3Buckets.Ask(() => client.PutObjectAsync(new PutObjectRequest
            {
                BucketName = bucket,
                Key = key,
                InputStream = whole,
                AutoCloseStream = false,
                UseChunkEncoding = false,
            }));
        }
        else
        {
            if (content.Length > 0)
            {
                UploadPart();
            }

            S3Buckets.Ask(() => client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = bucket,
                Key = key,
                UploadId = upload,
                PartETags = parts,
            }));
        }

        isEnded = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        content.Dispose();
        if (isEnded || upload is null)
        {
            return;
        }

        isEnded = true;
        try
        {
            S3Buckets.Ask(() => client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload }));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Why it was not committed is the fault to tell. Parts left behind are for a rule of the bucket's lifecycle.
        }
    }

    private void UploadPart()
    {
        if (parts.Count == MostParts)
        {
            throw new IOException("An object has more parts than S3 takes.");
        }

        upload ??= S3Buckets.Ask(() => client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = bucket, Key = key })).UploadId;
        using MemoryStream part = content.Take();
        UploadPartResponse answer = S3Buckets.Ask(() => client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = upload,
            PartNumber = parts.Count + 1,
            InputStream = part,
            PartSize = part.Length,
            UseChunkEncoding = false,
        }));
        parts.Add(new PartETag(parts.Count + 1, answer.ETag));
    }

    /// <summary>Gathers what is written, and says when that is enough for a part.</summary>
    private sealed class PartStream : Stream
    {
        private MemoryStream gathered = new();

        /// <summary>Told when there is a part to be taken.</summary>
        public Action? Filled { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        /// <summary>What is gathered and not taken.</summary>
        public override long Length => gathered.Length;

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>Takes what is gathered, to be read from its beginning.</summary>
        public MemoryStream Take()
        {
            MemoryStream taken = gathered;
            taken.Position = 0;
            gathered = new MemoryStream();
            return taken;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                int room = (int)Math.Min(buffer.Length, PartBytes - gathered.Length);
                gathered.Write(buffer[..room]);
                buffer = buffer[room..];
                if (gathered.Length == PartBytes)
                {
                    Filled!();
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            gathered.Dispose();
            base.Dispose(disposing);
        }
    }
}
