namespace DaxProxy.Engine.Buckets;

/// <summary>An object of a bucket.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">How long it is.</param>
public sealed record BucketObject(string Key, long Bytes);
