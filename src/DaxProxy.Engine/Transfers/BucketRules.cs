using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Buckets;

namespace DaxProxy.Engine.Transfers;

/// <summary>What is said of buckets and prefixes before and after something starts.</summary>
internal static class BucketRules
{
    /// <summary>Most objects that are read. Source: the service's quotas.</summary>
    private const int MostObjects = 50_000;

    /// <summary>Longest object that is read. Source: the service's quotas of bulk operations.</summary>
    private const long MostObjectBytes = 5L << 30;

    /// <summary>Whether there are buckets at all, and places can be among them.</summary>
    public static DynamoError? Check(IBucketStore? buckets, Operation request, params ReadOnlySpan<BucketPlace> places)
    {
        if (buckets is null)
        {
            return TransferFaults.NoBuckets(request.Name);
        }

        foreach (BucketPlace place in places)
        {
            if (!buckets.CanHold(place.Bucket, place.Prefix))
            {
                return TransferFaults.InvalidPlace(place.Bucket, place.Prefix);
            }
        }

        return null;
    }

    /// <summary>The objects to read.</summary>
    /// <exception cref="TransferFailureException">There is no such bucket, or too much in it, or nothing.</exception>
    public static List<BucketObject> FindObjects(IBucketStore buckets, BucketPlace place)
    {
        RequireBucket(buckets, place.Bucket);
        List<BucketObject> objects = List(buckets, place);
        return objects.Count switch
        {
            0 => throw new TransferFailureException("S3NoSuchKey", $"The bucket {place.Bucket} has no objects below '{place.Prefix}'."),
            > MostObjects => throw new TransferFailureException("ValidationError", $"There are more than {MostObjects} objects."),
            _ when objects.Find(one => one.Bytes > MostObjectBytes) is { } large =>
                throw new TransferFailureException("ValidationError", $"The object {large.Key} is longer than 5 GB."),
            _ => objects,
        };
    }

    private static List<BucketObject> List(IBucketStore buckets, BucketPlace place)
    {
        try
        {
            return buckets.List(place.Bucket, place.Prefix, MostObjects + 1);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TransferFailureException("S3AccessDenied", $"The bucket {place.Bucket} cannot be read below '{place.Prefix}'.");
        }
    }

    /// <summary>Finds a bucket that must be there.</summary>
    /// <exception cref="TransferFailureException">It is not there.</exception>
    public static void RequireBucket(IBucketStore buckets, string bucket)
    {
        bool hasBucket;
        try
        {
            hasBucket = buckets.HasBucket(bucket);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TransferFailureException("S3AccessDenied", $"The bucket {bucket} cannot be reached.");
        }

        if (!hasBucket)
        {
            throw new TransferFailureException("S3NoSuchBucket", $"The specified bucket does not exist: {bucket}");
        }
    }

    /// <summary>The key of an object below a prefix; a prefix is a folder here, with or without a slash at its end.</summary>
    public static string KeyBelow(string prefix, string rest) => prefix.TrimEnd('/') is { Length: > 0 } folder ? $"{folder}/{rest}" : rest;
}
