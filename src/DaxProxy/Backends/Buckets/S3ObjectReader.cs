using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace DaxProxy.Backends.Buckets;

/// <summary>
/// The content of an object of S3, read as it arrives. A large object is read for as long as its items take to be written, and no
/// connection may live that long: where it breaks, reading goes on from there, but only while the object is the same.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class S3ObjectReader : Stream
{
    /// <summary>How often in a row a broken connection is replaced without a byte being read.</summary>
    private const int MostFruitless = 3;

    private readonly IAmazonS3 client;
    private readonly GetObjectRequest request;
    private readonly long length;
    private GetObjectResponse response;
    private long position;
    private int fruitless;

    private S3ObjectReader(IAmazonS3 client, GetObjectRequest request, GetObjectResponse response)
    {
        this.client = client;
        this.request = request;
        this.response = response;
        length = response.ContentLength;
        request.EtagToMatch = response.ETag;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    /// <summary>How many bytes were read.</summary>
    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    /// <summary>Begins to read an object; null when it is not there.</summary>
    public static S3ObjectReader? TryOpen(IAmazonS3 client, string bucket, string key)
    {
        GetObjectRequest request = new() { BucketName = bucket, Key = key };
        try
        {
            return new S3ObjectReader(client, request, S3Buckets.Ask(() => client.GetObjectAsync(request)));
        }
        catch (IOException fault) when (S3Buckets.IsAbsence(fault.InnerException))
        {
            return null;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        while (buffer.Length > 0 && position < length)
        {
            try
            {
                int read = response.ResponseStream.Read(buffer);
                if (read > 0)
                {
                    position += read;
                    fruitless = 0;
                    if (position == length)
                    {
                        // The client compares digests where it meets the end, or else where it is disposed, which is too late.
                        _ = response.ResponseStream.ReadByte();
                    }

                    return read;
                }
            }
            catch (Exception fault) when (position < length
                && fault is IOException or HttpRequestException or OperationCanceledException)
            {
                // Ended early, as below.
            }
            catch (AmazonClientException fault)
            {
                throw new IOException("An object of S3 does not have the digest that S3 says.", fault);
            }

            Reopen();
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Reopen()
    {
        if (fruitless++ == MostFruitless)
        {
            throw new IOException("S3 ends an object before its end.");
        }

        response.Dispose();
        request.ByteRange = new ByteRange(position, length - 1);
        response = S3Buckets.Ask(() => client.GetObjectAsync(request));

        // A server that passes over the range would send what was read already once more.
        if (response.HttpStatusCode != HttpStatusCode.PartialContent || response.ContentLength != length - position)
        {
            throw new IOException("S3 does not send the rest of an object that was asked for.");
        }
    }
}
