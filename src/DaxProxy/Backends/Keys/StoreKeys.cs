using Amazon;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Options;

namespace DaxProxy.Backends.Keys;

/// <summary>The key that a store is encrypted with, as configured.</summary>
internal static class StoreKeys
{
    /// <summary>The variable that the client reads another endpoint from.</summary>
    private const string EndpointVariable = "AWS_ENDPOINT_URL_KMS";

    /// <summary>The key that options name; null where they name none.</summary>
    /// <exception cref="StorageException">It cannot be had; the message names the option and the remedy.</exception>
    public static IStoreKey? Of(BackendOptions options) => Of(
        (options.EncryptionKeyFile, "Backend:EncryptionKeyFile"), (options.KmsKeyId, "Backend:KmsKeyId"), options.Region);

    /// <summary>The key in a file, or one of AWS KMS; null where neither is named.</summary>
    /// <param name="file">The file, empty for none; and the option that names it.</param>
    /// <param name="kms">The key of AWS KMS, empty for none; and the option that names it.</param>
    /// <param name="region">The region of one that is not named by an ARN, or <see cref="BackendOptions.AutoRegion"/>.</param>
    /// <exception cref="StorageException">It cannot be had; the message names the option and the remedy.</exception>
    public static IStoreKey? Of((string Path, string Option) file, (string Id, string Option) kms, string region) =>
        file.Path.Length > 0 ? KeyFile.Read(file.Path, file.Option)
        : kms.Id.Length > 0 ? OfKms(kms.Id, kms.Option, region)
        : null;

    // By itself, so that the AWS SDK is not loaded before it is needed. The client reads the endpoint from AWS_ENDPOINT_URL_KMS, if that is
    // set, as every tool of AWS does.
    private static KmsKey OfKms(string key, string option, string region)
    {
        try
        {
            RegionEndpoint found = RegionOf(key, option, region);
            return new KmsKey(key, new AmazonKeyManagementServiceClient(new AmazonKeyManagementServiceConfig
            {
                RegionEndpoint = found,

                // Where the endpoint is another one, the client would sign for the region of the machine.
                AuthenticationRegion = found.SystemName,
                ConnectTimeout = TimeSpan.FromSeconds(3),
                Timeout = TimeSpan.FromSeconds(10),
            }));
        }
        catch (Exception fault) when (fault is AmazonClientException or AmazonServiceException or ArgumentException or FormatException
            or InvalidOperationException)
        {
            string endpoint = Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } named
                ? $", or {EndpointVariable} ('{named}')"
                : "";
            throw new StorageException(
                $"{option}: no client of AWS KMS can be made for it ({fault.Message.ReplaceLineEndings(" ").TrimEnd('.')}); correct its "
                + $"ARN or region{endpoint}", fault);
        }
    }

    private static RegionEndpoint RegionOf(string key, string option, string region) => RegionEndpoint.GetBySystemName(
        key.Split(':') is ["arn", _, _, { Length: > 0 } ofKey, ..] ? ofKey
        : region != BackendOptions.AutoRegion ? region
        : MachineRegion.Find(isAws: true) ?? throw new StorageException(
            $"{option}: nothing says in which region the key is; name it by its ARN, or set Backend:Region"));
}
