using Amazon;
using Amazon.KeyManagementService;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Options;

namespace DaxProxy.Backends.Keys;

/// <summary>The key that a store is encrypted with, as configured.</summary>
internal static class StoreKeys
{
    /// <summary>The key that options name; null where they name none.</summary>
    /// <exception cref="StorageException">It cannot be had; the message names the option and the remedy.</exception>
    public static IStoreKey? Of(BackendOptions options) => Of(options.EncryptionKeyFile, options.KmsKeyId, options.Region);

    /// <summary>The key in a file, or one of AWS KMS; null where neither is named.</summary>
    /// <param name="file">The file; empty for none.</param>
    /// <param name="kms">The key of AWS KMS; empty for none.</param>
    /// <param name="region">The region of one that is not named by an ARN, or <see cref="BackendOptions.AutoRegion"/>.</param>
    /// <exception cref="StorageException">It cannot be had; the message names the option and the remedy.</exception>
    public static IStoreKey? Of(string file, string kms, string region) =>
        file.Length > 0 ? KeyFile.Read(file, "Backend:EncryptionKeyFile")
        : kms.Length > 0 ? OfKms(kms, region)
        : null;

    // By itself, so that the AWS SDK is not loaded before it is needed. The client reads the endpoint from AWS_ENDPOINT_URL_KMS, if that is
    // set, as every tool of AWS does.
    private static KmsKey OfKms(string key, string region) => new(
        key, new AmazonKeyManagementServiceClient(new AmazonKeyManagementServiceConfig { RegionEndpoint = RegionOf(key, region) }));

    private static RegionEndpoint RegionOf(string key, string region) => RegionEndpoint.GetBySystemName(
        key.Split(':') is ["arn", _, _, { Length: > 0 } ofKey, ..] ? ofKey
        : region != BackendOptions.AutoRegion ? region
        : MachineRegion.Find(isAws: true) ?? throw new StorageException(
            "Backend:KmsKeyId: nothing says in which region the key is; name it by its ARN, or set Backend:Region"));
}
