using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>Encrypts a store that was not, and gives one that is another key.</summary>
public static class StoreEncryption
{
    /// <summary>Encrypts a store that no process has open: writes an encrypted copy, which takes its place in one step.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="key">The operator's key.</param>
    /// <param name="time">Tells when the store's own key is made.</param>
    /// <returns>Bytes of the store as it is now.</returns>
    /// <exception cref="StorageException">Nothing was done; the message says why.</exception>
    public static long Encrypt(string folder, IStoreKey key, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string file = FileOf(folder);
        if (EncryptedFile.IsEncrypted(file))
        {
            throw new StorageException(
                $"The store {file} is encrypted, or has an envelope ({Envelope.Name}); 'daxproxy data rewrap' gives it another key.");
        }

        // Opened as by a process that serves it: what that would refuse is refused, and what a killed process has left is brought in.
        using Database database = Database.Open(
            new EngineOptions { DataFolder = folder, Checksums = false }, time, out SqliteConnection connection);
        connection.Dispose();
        try
        {
            using FileStream alone = Lock(file);
            database.Encrypt(key, time.GetUtcNow());
        }
        catch (Exception exception) when (exception is not StorageException and (IOException or UnauthorizedAccessException))
        {
            throw new StorageException($"{file} could not be encrypted ({exception.Message}); what is there is whole.", exception);
        }

        return new FileInfo(file).Length;
    }

    /// <summary>Wraps the key of a store's pages with another key. The pages stay as they are; a process may have the store open.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="key">The operator's key until now.</param>
    /// <param name="newKey">The key from now on.</param>
    /// <param name="time">Tells when that was.</param>
    /// <exception cref="StorageException">Nothing was done; the message says why.</exception>
    public static void Rewrap(string folder, IStoreKey key, IStoreKey newKey, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string file = FileOf(folder);
        try
        {
            using FileStream alone = Lock(file);
            EncryptedFile.ReadEnvelope(file).Rewrap(key, newKey, time.GetUtcNow()).Write(Envelope.NewOf(file));
            PrivateFiles.CopyRights(Envelope.Of(file), Envelope.NewOf(file));
            Envelope.Place(file);
        }
        catch (Exception exception) when (exception is not StorageException and (IOException or UnauthorizedAccessException))
        {
            throw new StorageException($"The envelope of {file} could not be replaced ({exception.Message}).", exception);
        }
    }

    /// <summary>Bytes of a store's file, which encrypting takes once more while it runs.</summary>
    /// <exception cref="StorageException">There is no store.</exception>
    public static long SizeOf(string folder) => new FileInfo(FileOf(folder)).Length;

    /// <summary>
    /// Keeps others from replacing the envelope meanwhile. The store's own lock does not: a process that serves the store has that.
    /// </summary>
    private static FileStream Lock(string file)
    {
        try
        {
            return PrivateFiles.Open(Envelope.LockOf(file));
        }
        catch (IOException fault) when (PrivateFiles.IsHeldByAnother(fault))
        {
            throw new StorageException($"The key of {file} is being changed by another process; wait for it.", fault);
        }
    }

    private static string FileOf(string folder) => Path.Combine(folder, StoreFile.Name) is var file && File.Exists(file)
        ? file
        : throw new StorageException($"There is no store in {folder}.");
}
