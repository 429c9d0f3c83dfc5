using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Storage.Encryption;

/// <summary>The file beside an encrypted store that holds its key, wrapped: without it, and the key it names, the store is noise.</summary>
/// <remarks>
/// A JSON object: <c>v</c>, the version, 1; <c>alg</c>, how pages are encrypted; <c>store</c>, an id that each page is bound to;
/// <c>keyId</c> and <c>wrappedDek</c>, the wrapped key; <c>createdAt</c>, when it was wrapped.
/// </remarks>
/// <param name="Store">Id of the store.</param>
/// <param name="Wrapped">The wrapped key of its pages.</param>
/// <param name="CreatedAt">When it was wrapped.</param>
internal sealed record Envelope(Guid Store, WrappedKey Wrapped, DateTimeOffset CreatedAt)
{
    /// <summary>Name of the file.</summary>
    public const string Name = "daxproxy.envelope";

    private const int Version = 1;
    private const string Algorithm = "AES-256-GCM";

    /// <summary>The envelope of a store, by the path of the store's file.</summary>
    public static string Of(string file) => Path.Combine(Path.GetDirectoryName(file)!, Name);

    /// <summary>Where an envelope is written until it is whole, or until the store that needs it is.</summary>
    public static string NewOf(string file) => Of(file) + "-new";

    /// <summary>What who replaces an envelope has open meanwhile. It stays: who deletes such a file may not be alone any more.</summary>
    public static string LockOf(string file) => Of(file) + "-lock";

    /// <summary>Makes a key for a store's pages, and its envelope.</summary>
    /// <exception cref="StorageException">The operator's key cannot be used, or does not give back what it wraps.</exception>
    public static (Envelope Envelope, StoreCipher Cipher) Create(IStoreKey key, DateTimeOffset now)
    {
        Guid store = Guid.NewGuid();
        (byte[] pages, WrappedKey wrapped) = key.Create(TextOf(store));
        CheckGivesBack(key, wrapped, pages, store);
        return (new Envelope(store, wrapped, now), new StoreCipher(pages, store));
    }

    /// <summary>Reads an envelope.</summary>
    /// <exception cref="StorageException">It cannot be read, or is damaged.</exception>
    public static Envelope Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement json = document.RootElement;
            if (json.GetProperty("v").GetInt32() != Version || json.GetProperty("alg").GetString() != Algorithm)
            {
                throw new StorageException($"The envelope {path} was written by a newer DaxProxy; start that version.");
            }

            return new Envelope(
                json.GetProperty("store").GetGuid(),
                new WrappedKey(
                    json.GetProperty("keyId").GetString() ?? throw new FormatException("no key is named"),
                    json.GetProperty("wrappedDek").GetBytesFromBase64()),
                json.GetProperty("createdAt").GetDateTimeOffset());
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new StorageException($"The envelope {path} is damaged; restore it from a copy of the folder.", exception);
        }
    }

    /// <summary>The key of the store's pages.</summary>
    /// <exception cref="StorageException">It was wrapped with another key, or this one cannot be used.</exception>
    public StoreCipher Open(IStoreKey key) => new(key.Unwrap(Wrapped, TextOf(Store)), Store);

    /// <summary>The same key of pages, wrapped with another key.</summary>
    /// <exception cref="StorageException">One of the keys cannot be used, or the new one does not give back what it wraps.</exception>
    public Envelope Rewrap(IStoreKey key, IStoreKey newKey, DateTimeOffset now)
    {
        byte[] pages = key.Unwrap(Wrapped, TextOf(Store));
        WrappedKey wrapped = newKey.Wrap(pages, TextOf(Store));
        CheckGivesBack(newKey, wrapped, pages, Store);
        CryptographicOperations.ZeroMemory(pages);
        return this with { Wrapped = wrapped, CreatedAt = now };
    }

    /// <summary>Writes it to a file that is on the disk when this returns.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter writer = new(text, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, Version);
            writer.WriteString("alg"u8, Algorithm);
            writer.WriteString("store"u8, TextOf(Store));
            writer.WriteString("keyId"u8, Wrapped.KeyId);
            writer.WriteBase64String("wrappedDek"u8, Wrapped.Bytes);
            writer.WriteString("createdAt"u8, CreatedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        }

        using FileStream file = PrivateFiles.Open(path);
        file.SetLength(0);
        file.Write(text.WrittenSpan);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Gives a store the envelope that was written to <see cref="NewOf"/>, in one step.</summary>
    /// <exception cref="IOException">It could not be put in its place.</exception>
    public static void Place(string file)
    {
        File.Move(NewOf(file), Of(file), overwrite: true);
        FolderSync.Run(Path.GetDirectoryName(file)!);
    }

    /// <summary>
    /// Who may wrap with a key need not be allowed to unwrap. That is found out while there is nothing yet that only this key can open.
    /// </summary>
    private static void CheckGivesBack(IStoreKey key, WrappedKey wrapped, byte[] pages, Guid store)
    {
        byte[] back = key.Unwrap(wrapped, TextOf(store));
        bool isSame = CryptographicOperations.FixedTimeEquals(back, pages);
        CryptographicOperations.ZeroMemory(back);
        if (!isSame)
        {
            throw new StorageException($"The key {wrapped.KeyId} does not give back what it has wrapped; nothing was done with it.");
        }
    }

    private static string TextOf(Guid store) => store.ToString("D");
}
