using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DaxProxy.Engine.Buckets;

namespace DaxProxy.Backends.Buckets;

/// <summary>The buckets of an endpoint that speaks S3: AWS, or a server that stands for it.</summary>
/// <remarks>
/// Thread-safe. Buckets are addressed by path, which every such server understands. Checksums are left out of requests and answers where S3
/// does not ask for them, since older servers know none; signatures cover what is uploaded, and TLS what is read.
/// </remarks>
internal sealed class S3Buckets : IBucketStore, IDisposable
{
    /// <summary>Longest key. Source: S3's user guide, "Object key names".</summary>
    private const int MaxKeyBytes = 1024;

    private const int MaxBucketLength = 255;
    private const int PageSize = 1000;

    private readonly AmazonS3Client client;

    /// <summary>Makes a client, which connects when it is first asked.</summary>
    /// <param name="endpoint">Where S3 is.</param>
    /// <param name="region">What requests are signed for.</param>
    /// <param name="credentials">What they are signed with.</param>
    public S3Buckets(Uri endpoint, string region, AWSCredentials credentials) => client = new AmazonS3Client(
        credentials,
        new AmazonS3Config
        {
            ServiceURL = endpoint.AbsoluteUri,
            AuthenticationRegion = region,
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            Timeout = TimeSpan.FromMinutes(2),
        });

    /// <inheritdoc/>
    public bool CanHold(string bucket, string prefix) =>
        bucket.Length is > 0 and <= MaxBucketLength
        && bucket.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-')
        && bucket.Any(char.IsAsciiLetterOrDigit)
        && Encoding.UTF8.GetByteCount(prefix) <= MaxKeyBytes;

    /// <inheritdoc/>
    public bool HasBucket(string bucket) => CanHold(bucket, "") && ListPage(bucket, "", 1, null) is not null;

    /// <inheritdoc/>
    public List<BucketObject> List(string bucket, string prefix, int most)
    {
        List<BucketObject> objects = [];
        string? next = null;
        do
        {
            if (ListPage(bucket, prefix, Math.Min(PageSize, most - objects.Count), next) is not { } page)
            {
                return [];
            }

            // What consoles make to show a folder is no object of anyone's.
            objects.AddRange((page.S3Objects ?? []).Where(static found => !found.Key.EndsWith('/'))
                .Select(static found => new BucketObject(found.Key, found.Size ?? 0)));
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (next is not null && objects.Count < most);

        // As S3 orders them already; a server that stands for it may not.
        objects.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return objects;
    }

    /// <inheritdoc/>
    public Stream? OpenRead(string bucket, string key) => S3ObjectReader.TryOpen(client, bucket, key);

    /// <inheritdoc/>
    public IBucketWriter Create(string bucket, string key) => new S3ObjectWriter(client, bucket, key);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="UnauthorizedAccessException">S3 does not allow it.</exception>
    /// <exception cref="IOException">S3 refuses it otherwise, or cannot be reached.</exception>
    internal static TAnswer Ask<TAnswer>(Func<Task<TAnswer>> ask)
    {
        try
        {
            return ask().GetAwaiter().GetResult();
        }
        catch (AmazonS3Exception refusal) when (refusal.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized)
        {
            throw new UnauthorizedAccessException($"S3 refuses: {refusal.ErrorCode}.", refusal);
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException or HttpRequestException
            or OperationCanceledException or TimeoutException or ArgumentException)
        {
            // The last: the client reads a digest in the tag of an object, and it is none.
            throw new IOException("S3 cannot be asked.", fault);
        }
    }

    /// <summary>Whether S3 says that there is no such thing.</summary>
    internal static bool IsAbsence(Exception? fault) => fault is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound };

    /// <summary>A page of a list; null where there is no such bucket.</summary>
    private ListObjectsV2Response? ListPage(string bucket, string prefix, int most, string? next)
    {
        try
        {
            return Ask(() => client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, MaxKeys = most, ContinuationToken = next }));
        }
        catch (IOException fault) when (IsAbsence(fault.InnerException))
        {
            return null;
        }
    }
}
