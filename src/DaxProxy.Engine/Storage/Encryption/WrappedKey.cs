namespace DaxProxy.Engine.Storage.Encryption;

/// <summary>A key for pages as only the holder of another key can read it.</summary>
/// <param name="KeyId">
/// The key that it is wrapped with: <c>file:</c> and a fingerprint for one from a file, the ARN for one of AWS KMS.
/// </param>
/// <param name="Bytes">The wrapped key.</param>
public sealed record WrappedKey(string KeyId, byte[] Bytes)
{
    /// <summary>What the name of a key from a file begins with.</summary>
    public const string FilePrefix = "file:";

    /// <summary>The option that such a key is named by.</summary>
    public string Option =>
        KeyId.StartsWith(FilePrefix, StringComparison.Ordinal) ? "Backend.EncryptionKeyFile" : "Backend.KmsKeyId";
}
