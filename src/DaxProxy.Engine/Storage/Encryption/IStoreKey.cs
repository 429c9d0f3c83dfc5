namespace DaxProxy.Engine.Storage.Encryption;

/// <summary>
/// A key that an operator holds. It wraps the key that a store's pages are encrypted with, so that the operator's key can be replaced
/// without writing the store again.
/// </summary>
/// <remarks>Every method may fail with a <see cref="Files.StorageException"/> whose message is one line with the remedy.</remarks>
public interface IStoreKey
{
    /// <summary>Makes a random key for pages, and wraps it.</summary>
    /// <param name="store">Id of the store that it is for.</param>
    /// <returns>The key, 32 bytes, and what may be kept of it.</returns>
    (byte[] Key, WrappedKey Wrapped) Create(string store);

    /// <summary>Wraps a key for pages that there is already.</summary>
    /// <param name="key">The key for pages.</param>
    /// <param name="store">Id of the store that it is for.</param>
    WrappedKey Wrap(byte[] key, string store);

    /// <summary>Gives back what was wrapped.</summary>
    /// <param name="wrapped">What is kept of the key for pages.</param>
    /// <param name="store">Id of the store that it was wrapped for.</param>
    byte[] Unwrap(WrappedKey wrapped, string store);
}
