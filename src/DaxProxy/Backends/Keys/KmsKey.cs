using Amazon.KeyManagementService;
using Amazon.KeyManagementService.Model;
using Amazon.Runtime;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using DaxProxy.Telemetry;

namespace DaxProxy.Backends.Keys;

/// <summary>
/// A key of AWS KMS, which never leaves it: KMS makes, wraps and unwraps the key of a store, for who may use this one. The encryption
/// context names the store, so the log of KMS says for which it was used, and a policy can say for which it may be.
/// </summary>
/// <remarks>For one thread. It is asked when a store is opened, made, or given another key, and never for a request.</remarks>
/// <param name="id">Id, ARN, alias or ARN of an alias.</param>
/// <param name="kms">The client.</param>
internal sealed class KmsKey(string id, IAmazonKeyManagementService kms) : IStoreKey
{
    /// <summary>The member of the encryption context.</summary>
    public const string Context = "daxproxy:store";

    /// <inheritdoc/>
    public (byte[] Key, WrappedKey Wrapped) Create(string store)
    {
        GenerateDataKeyResponse made = Ask(client => client.GenerateDataKeyAsync(
            new GenerateDataKeyRequest { KeyId = id, KeySpec = DataKeySpec.AES_256, EncryptionContext = ContextOf(store) }));
        return (made.Plaintext.ToArray(), new WrappedKey(made.KeyId, made.CiphertextBlob.ToArray()));
    }

    /// <inheritdoc/>
    public WrappedKey Wrap(byte[] key, string store)
    {
        EncryptResponse wrapped = Ask(client => client.EncryptAsync(
            new EncryptRequest { KeyId = id, Plaintext = new MemoryStream(key), EncryptionContext = ContextOf(store) }));
        return new WrappedKey(wrapped.KeyId, wrapped.CiphertextBlob.ToArray());
    }

    /// <inheritdoc/>
    public byte[] Unwrap(WrappedKey wrapped, string store)
    {
        if (wrapped.KeyId.StartsWith(WrappedKey.FilePrefix, StringComparison.Ordinal))
        {
            throw new StorageException(
                $"The store is encrypted with the key of a file ({wrapped.KeyId}), not with one of AWS KMS; name it by {wrapped.Option}.");
        }

        try
        {
            return Ask(client => client.DecryptAsync(new DecryptRequest
            {
                KeyId = id,
                CiphertextBlob = new MemoryStream(wrapped.Bytes),
                EncryptionContext = ContextOf(store),
            })).Plaintext.ToArray();
        }
        catch (StorageException refusal) when (refusal.InnerException is IncorrectKeyException)
        {
            throw new StorageException(
                $"The key {id} of AWS KMS is not the one that the store is encrypted with ({wrapped.KeyId}); name that one by "
                + $"{wrapped.Option}.", refusal);
        }
        catch (StorageException refusal) when (refusal.InnerException is InvalidCiphertextException)
        {
            throw new StorageException(
                "The envelope of the store is damaged (AWS KMS cannot read the key in it); restore it from a copy of the folder.", refusal);
        }
    }

    private static Dictionary<string, string> ContextOf(string store) => new() { [Context] = store };

    private TAnswer Ask<TAnswer>(Func<IAmazonKeyManagementService, Task<TAnswer>> ask)
    {
        try
        {
            return ask(kms).GetAwaiter().GetResult();
        }
        catch (AmazonServiceException refusal) when (!string.IsNullOrEmpty(refusal.ErrorCode))
        {
            throw new StorageException(
                $"AWS KMS refuses the key {id} ({FaultText.Code(refusal.ErrorCode)}, request {FaultText.Code(refusal.RequestId)}); check "
                + "Backend.KmsKeyId, its region, and that this machine's credentials may use it.", refusal);
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException
            or OperationCanceledException or TimeoutException or UriFormatException)
        {
            throw new StorageException(
                $"AWS KMS cannot be asked for the key {id} ({FaultText.Of(fault)}); the store is opened with its answer only: check the "
                + "network and the credentials, and start again.", fault);
        }
    }
}
