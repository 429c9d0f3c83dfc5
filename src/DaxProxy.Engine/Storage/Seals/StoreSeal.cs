using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>What the pages of a store end with: nothing, a digest, or the nonce and the tag of their encryption.</summary>
/// <remarks>What opens connections is thread-safe; what reads pages and frames is for one thread at a time.</remarks>
internal sealed class StoreSeal
{
    private readonly PageCipher? cipher;

    private StoreSeal(string? fileSystem, int bytes, StoreCipher? key = null)
    {
        (FileSystem, Bytes) = (fileSystem, bytes);
        cipher = key?.Open();
    }

    /// <summary>Pages are as SQLite writes them.</summary>
    public static StoreSeal None { get; } = new(CheckedFiles.UsualName, 0);

    /// <summary>Pages have digests.</summary>
    public static StoreSeal Digests
    {
        get
        {
            CheckedFiles.Register();
            return field;
        }
    } = new(CheckedFiles.Name, PageSeal.SealBytes);

    /// <summary>SQLite's name of its way to the files; null for the only one it has.</summary>
    public string? FileSystem { get; }

    /// <summary>
    /// Bytes at the end of a page that are not SQLite's. In the header of the file this is what says how pages are sealed.
    /// </summary>
    public int Bytes { get; }

    /// <summary>Whether pages are encrypted.</summary>
    public bool IsEncrypted => cipher is not null;

    /// <summary>Pages are encrypted.</summary>
    /// <param name="key">The key of the store.</param>
    public static StoreSeal Of(StoreCipher key) => new(CheckedFiles.Register(key), PageCipher.SealBytes, key);

    /// <summary>Whether a page of the file is what was written. One that is encrypted is decrypted in place.</summary>
    /// <param name="page">The whole page.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <exception cref="StorageException">It could not be decrypted, which says nothing of the page.</exception>
    public bool TryOpen(Span<byte> page, long number)
    {
        bool isWhole = cipher?.TryOpen(page, number, PageCipher.InFile) ?? PageSeal.IsIntact(page, number);
        ThrowIfFailed();
        return isWhole;
    }

    /// <summary>Makes of the header of the log what SQLite has written.</summary>
    /// <param name="header">The whole header.</param>
    public void OpenLogHeader(Span<byte> header)
    {
        if (IsEncrypted)
        {
            LogFrame.Show(header);
        }
    }

    /// <summary>
    /// Makes of a frame of the log what SQLite has written. One that is encrypted and not what was written then has a salt that is not the
    /// log's.
    /// </summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <exception cref="StorageException">It could not be decrypted, which says nothing of the frame.</exception>
    public void OpenFrame(Span<byte> frame, long number)
    {
        cipher?.TryOpenFrame(frame, number);
        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        if (cipher?.Fault is { } fault)
        {
            throw new StorageException($"The store cannot be decrypted on this machine ({fault.Message}).", fault);
        }
    }
}
