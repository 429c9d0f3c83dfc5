using System.Security.Cryptography;
using System.Text;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace DaxProxy.Engine.Storage.Encryption;

/// <summary>A key of 32 random bytes that a file of the operator's holds in base64. It wraps with AES-256-GCM.</summary>
public sealed class KeyFile : IStoreKey
{
    private const int KeyBytes = 32, NonceBytes = 12, TagBytes = 16, FingerprintBytes = 8;

    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly string path;
    private readonly byte[] key;
    private readonly string id;

    private KeyFile(string path, byte[] key)
    {
        this.path = path;
        this.key = key;
        id = WrappedKey.FilePrefix
            + Convert.ToHexStringLower(HKDF.Expand(HashAlgorithmName.SHA256, key, FingerprintBytes, "daxproxy fingerprint"u8.ToArray()));
    }

    /// <summary>Reads the key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">What it is named by, to speak of in a fault.</param>
    /// <exception cref="StorageException">There is no key in it, or others than its owner may read or write it.</exception>
    public static KeyFile Read(string path, string option)
    {
        if (IsKey(path))
        {
            throw new StorageException($"{option}: this is a key; write it to a file for its owner only, and name that");
        }

        byte[] bytes = new byte[KeyBytes + 1];
        string text;
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & OfOthers) != 0)
            {
                throw new StorageException($"{option}: {path} may be read or written by others than its owner; chmod 600 {path}");
            }

            byte[] content = new byte[1024];
            text = Encoding.UTF8.GetString(content, 0, RandomAccess.Read(file, content, 0)).Trim();
            CryptographicOperations.ZeroMemory(content);
        }
        catch (Exception exception) when (exception is not StorageException and (IOException or UnauthorizedAccessException))
        {
            throw new StorageException(
                $"{option}: {path} cannot be read; name a readable file with 32 random bytes in base64: openssl rand -base64 32",
                exception);
        }

        return Convert.TryFromBase64String(text, bytes, out int length) && length == KeyBytes
            ? new KeyFile(path, bytes[..KeyBytes])
            : throw new StorageException($"{option}: {path} holds no 32 bytes in base64; write some: openssl rand -base64 32");
    }

    /// <summary>Whether a text is a key rather than the name of a file with one. It must not be repeated in a fault then.</summary>
    public static bool IsKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Convert.TryFromBase64String(text.Trim(), new byte[text.Length + KeyBytes], out int length) && length == KeyBytes;
    }

    /// <inheritdoc/>
    public (byte[] Key, WrappedKey Wrapped) Create(string store)
    {
        byte[] pages = RandomNumberGenerator.GetBytes(KeyBytes);
        return (pages, Wrap(pages, store));
    }

    /// <inheritdoc/>
    /// <remarks>Nonce, wrapped key, tag.</remarks>
    public WrappedKey Wrap(byte[] key, string store)
    {
        ArgumentNullException.ThrowIfNull(key);
        byte[] wrapped = new byte[NonceBytes + key.Length + TagBytes];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, NonceBytes));
        using AesGcm cipher = new(this.key, TagBytes);
        cipher.Encrypt(
            wrapped.AsSpan(0, NonceBytes),
            key,
            wrapped.AsSpan(NonceBytes, key.Length),
            wrapped.AsSpan(NonceBytes + key.Length),
            Context(store));
        return new WrappedKey(id, wrapped);
    }

    /// <inheritdoc/>
    public byte[] Unwrap(WrappedKey wrapped, string store)
    {
        ArgumentNullException.ThrowIfNull(wrapped);
        if (wrapped.KeyId != id)
        {
            throw new StorageException(
                $"The key in {path} ({id}) is not the one that the store is encrypted with ({wrapped.KeyId}); "
                + $"name that one by {wrapped.Option}.");
        }

        byte[] pages = new byte[KeyBytes];
        try
        {
            using AesGcm cipher = new(key, TagBytes);
            ReadOnlySpan<byte> bytes = wrapped.Bytes;
            cipher.Decrypt(bytes[..NonceBytes], bytes[NonceBytes..^TagBytes], bytes[^TagBytes..], pages, Context(store));
            return pages;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new StorageException(
                "The envelope of the store is damaged (the key in it is not what was written); restore it from a copy of the folder.",
                exception);
        }
    }

    private byte[] Context(string store) => Encoding.UTF8.GetBytes($"daxproxy envelope\n{store}\n{id}");
}
