using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// Copies the store of a data folder into another folder, which then is a data folder like it: the state at one moment, while a process
/// serves the store or none does. Each page is read with its checksum, so a damaged store gives no copy.
/// </summary>
public static class StoreCopy
{
    /// <summary>How long the process that has the store may take to begin.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Copies a store.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="target">The folder to make, or an empty one.</param>
    /// <param name="key">
    /// Asked for the operator's key where the store is encrypted and no process has it; answers null where there is none.
    /// </param>
    /// <param name="time">The clock to wait by.</param>
    /// <param name="progress">Told from time to time which part is done, 0 to 1; null for no listener.</param>
    /// <param name="cancellationToken">Gives up, and leaves nothing behind but the folder.</param>
    /// <exception cref="StorageException">There is no copy; the message says why.</exception>
    public static async Task RunAsync(
        string folder,
        string target,
        Func<IStoreKey?> key,
        TimeProvider time,
        Action<double>? progress,
        CancellationToken cancellationToken)
    {
        string file = Path.Combine(folder, StoreFile.Name);
        try
        {
            if (!File.Exists(file))
            {
                throw new StorageException($"There is no store in {folder}.");
            }

            if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            {
                throw new StorageException($"The folder {target} is not empty; name another one.");
            }

            PrivateFiles.CreateFolder(target);
            string copy = Path.Combine(target, StoreFile.Name);
            try
            {
                await CopyAsync(folder, file, copy, key, time, progress, cancellationToken).ConfigureAwait(false);
                if (File.Exists(Envelope.NewOf(copy)))
                {
                    Envelope.Place(copy);
                }
            }
            catch
            {
                // The folder was empty, and is to be empty again, for the next attempt.
                foreach (string left in (string[])[copy, CopyRequests.PartOf(copy), Envelope.NewOf(copy)])
                {
                    File.Delete(left);
                }

                throw;
            }

            using FileStream taken = PrivateFiles.Open(Path.Combine(target, StoreFile.LockName));
            StoreFile.Note(taken);
            progress?.Invoke(1);
        }
        catch (Exception exception)
            when (exception is not StorageException and (IOException or UnauthorizedAccessException or SqliteException))
        {
            throw new StorageException($"The store in {folder} could not be copied to {target}: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a copy of a store that this process has open, or no process.</summary>
    /// <param name="file">The store's file.</param>
    /// <param name="copy">The new file.</param>
    /// <param name="seal">How pages are sealed.</param>
    /// <param name="cancellationToken">Gives up, without a copy.</param>
    internal static void Write(string file, string copy, StoreSeal seal, CancellationToken cancellationToken)
    {
        string part = CopyRequests.PartOf(copy);
        try
        {
            StoreFile.CopyInto(file, part, seal, cancellationToken);
            File.Move(part, copy);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task CopyAsync(
        string folder,
        string file,
        string copy,
        Func<IStoreKey?> key,
        TimeProvider time,
        Action<double>? progress,
        CancellationToken cancellationToken)
    {
        // The folder's lock says whether a process has the store. It alone can read what it has open.
        if (TryLock(folder) is { } taken)
        {
            using (taken)
            {
                StoreSeal seal = EncryptedFile.IsEncrypted(file) ? EncryptedFile.Open(file, key()) : StoreFile.SealOf(file);
                StoreFile.CheckLog(file, seal);
                WriteEnvelope(file, copy, seal.IsEncrypted);
                Task writing = Task.Run(() => Write(file, copy, seal, cancellationToken), CancellationToken.None);
                while (await Task.WhenAny(writing, Task.Delay(Look, time, CancellationToken.None)).ConfigureAwait(false) != writing)
                {
                    progress?.Invoke(PartDone(file, CopyRequests.PartOf(copy)));
                }

                await writing.ConfigureAwait(false);
            }
        }
        else
        {
            await AskAsync(folder, file, copy, time, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Gives a copy the envelope of the store. Whichever it has at the moment, all of them hold the same key of pages.
    /// </summary>
    private static void WriteEnvelope(string file, string copy, bool isEncrypted)
    {
        if (isEncrypted)
        {
            EncryptedFile.ReadEnvelope(file).Write(Envelope.NewOf(copy));
        }
    }

    private static FileStream? TryLock(string folder)
    {
        try
        {
            return PrivateFiles.Open(Path.Combine(folder, StoreFile.LockName));
        }
        catch (IOException fault) when (PrivateFiles.IsHeldByAnother(fault))
        {
            return null;
        }
    }

    private static async Task AskAsync(
        string folder, string file, string copy, TimeProvider time, Action<double>? progress, CancellationToken cancellationToken)
    {
        CopyRequests.Request request = CopyRequests.Ask(folder);
        try
        {
            long sign = time.GetTimestamp();
            while (!File.Exists(request.Copy))
            {
                if (File.Exists(request.Fault))
                {
                    throw new StorageException($"The store in {folder} could not be copied: {File.ReadAllText(request.Fault)}");
                }

                if (File.Exists(CopyRequests.PartOf(request.Copy)))
                {
                    sign = time.GetTimestamp();
                    progress?.Invoke(PartDone(file, CopyRequests.PartOf(request.Copy)));
                }
                else if (time.GetElapsedTime(sign) > Patience)
                {
                    throw new StorageException(
                        $"The process that has the store in {folder} does not answer. It may be an older version, which must be stopped "
                        + "first.");
                }

                await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
            }

            // Across file systems this is a copy: the name is given when it is whole.
            string part = CopyRequests.PartOf(copy);
            File.Move(request.Copy, part, overwrite: true);
            using (FileStream whole = File.Open(part, FileMode.Open))
            {
                whole.Flush(flushToDisk: true);
            }

            WriteEnvelope(file, copy, EncryptedFile.SaysSo(part));
            File.Move(part, copy);
        }
        finally
        {
            request.Withdraw();
        }
    }

    /// <summary>A guess: the copy has no free pages and may be smaller.</summary>
    private static double PartDone(string file, string part)
    {
        FileInfo whole = new(file), done = new(part);
        return whole.Length == 0 || !done.Exists ? 0 : Math.Min(1, (double)done.Length / whole.Length);
    }
}
