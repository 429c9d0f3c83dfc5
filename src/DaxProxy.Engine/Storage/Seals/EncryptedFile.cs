using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>The file of an encrypted store before SQLite opens it, and the envelope beside it.</summary>
/// <remarks>
/// Whether a store is encrypted is decided before SQLite sees it: opened in the wrong way, its log would look like one that holds nothing.
/// </remarks>
internal static class EncryptedFile
{
    /// <summary>Whether a store is encrypted: the header of its file says so, or it has an envelope.</summary>
    public static bool IsEncrypted(string file) => File.Exists(Envelope.Of(file)) || SaysSo(file);

    /// <summary>Gives a store that is yet to be made an envelope.</summary>
    /// <exception cref="StorageException">The key cannot be used.</exception>
    /// <exception cref="IOException">The envelope cannot be written.</exception>
    public static StoreSeal Create(string file, IStoreKey key, DateTimeOffset now)
    {
        (Envelope envelope, StoreCipher cipher) = Envelope.Create(key, now);
        envelope.Write(Envelope.NewOf(file));
        Envelope.Place(file);
        return StoreSeal.Of(cipher);
    }

    /// <summary>Opens the envelope of a store.</summary>
    /// <param name="file">The store's file, which need not be there yet.</param>
    /// <param name="key">The operator's key; null where there is none.</param>
    /// <param name="mayBeDamaged">Whether the first page may be damaged, as it is looked at with all others.</param>
    /// <exception cref="StorageException">The store is not encrypted, or not with this key. The message says what to do.</exception>
    /// <exception cref="DamagedPageException">The first page is damaged, and there is no log that may have it whole.</exception>
    public static StoreSeal Open(string file, IStoreKey? key, bool mayBeDamaged = false)
    {
        Envelope envelope = ReadEnvelope(file);
        if (key is null)
        {
            throw new StorageException(
                $"The store {file} is encrypted and no key is configured; name its key by {envelope.Wrapped.Option}.");
        }

        StoreSeal seal = StoreSeal.Of(envelope.Open(key));
        byte[] first = new byte[PageSeal.PageBytes];
        if (File.Exists(file) && StoreFile.ReadFirst(file, first) == first.Length && IsFirstDamaged(file, first, seal) && !mayBeDamaged)
        {
            throw StoreFile.Damage(file);
        }

        return seal;
    }

    /// <summary>
    /// Reads the envelope of a store. One that an interrupted encryption has not put in its place is put there, if the store is encrypted
    /// already.
    /// </summary>
    /// <exception cref="StorageException">There is none, or it is damaged.</exception>
    public static Envelope ReadEnvelope(string file)
    {
        if (!File.Exists(Envelope.Of(file)))
        {
            if (!SaysSo(file))
            {
                throw new StorageException(
                    $"The store {file} is not encrypted, and a key is configured; encrypt it by 'daxproxy data encrypt', or leave out "
                    + "Backend.EncryptionKeyFile and Backend.KmsKeyId.");
            }

            if (!File.Exists(Envelope.NewOf(file)))
            {
                throw new StorageException(
                    $"The store {file} is encrypted and its envelope is gone ({Envelope.Name}); restore that from a copy of the folder.");
            }

            Envelope.Place(file);
        }

        return Envelope.Read(Envelope.Of(file));
    }

    /// <summary>Whether the header of a file says that it is encrypted.</summary>
    public static bool SaysSo(string file)
    {
        byte[] first = new byte[PageSeal.PageBytes];
        return File.Exists(file) && StoreFile.ReadFirst(file, first) == first.Length
            && first[StoreFile.ReservedOffset] == PageCipher.SealBytes;
    }

    private static bool IsFirstDamaged(string file, byte[] first, StoreSeal seal)
    {
        byte[] asWritten = [.. first];
        if (seal.TryOpen(asWritten, 1))
        {
            return false;
        }

        if (first[StoreFile.ReservedOffset] == seal.Bytes)
        {
            // The power may have gone while the log was copied to the file: then the page is in the log.
            return !StoreFile.HasFirstInLog(file, seal);
        }

        first[StoreFile.ReservedOffset] = (byte)seal.Bytes;
        return seal.TryOpen(first, 1) ? true : throw new StorageException(
            $"The store {file} is not encrypted, though there is an envelope beside it ({Envelope.Name}); restore the encrypted store, or "
            + "move the envelope away and encrypt this one by 'daxproxy data encrypt'.");
    }
}
