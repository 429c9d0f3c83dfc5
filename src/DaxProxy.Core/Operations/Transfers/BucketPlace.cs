namespace DaxProxy.Core.Operations.Transfers;

/// <summary>Where objects are, or shall be.</summary>
/// <param name="Bucket">Name of the bucket.</param>
/// <param name="Prefix">How their keys begin; empty for all of the bucket.</param>
public sealed record BucketPlace(string Bucket, string Prefix);
