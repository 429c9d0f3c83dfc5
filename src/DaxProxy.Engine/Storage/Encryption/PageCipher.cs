using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DaxProxy.Engine.Storage.Encryption;

/// <summary>
/// Encrypts pages of a store with AES-256-GCM. A page ends with bytes that SQLite leaves to others (reserved bytes): there are the nonce,
/// which is random, and the tag. A page is bound to its store, its number, and where it lies, so that no other can be put in its place.
/// </summary>
/// <remarks>
/// The first 100 bytes of the file are its header. SQLite reads parts of it by themselves, so they stay readable; the tag covers them. Not
/// thread-safe. Nothing here throws, as its callers are called by SQLite.
/// </remarks>
internal sealed class PageCipher : IDisposable
{
    /// <summary>Bytes at the end of a page that are not SQLite's.</summary>
    public const int SealBytes = NonceBytes + TagBytes;

    /// <summary>The place of a page in the store's file; in the log it is the number of its frame, from 1.</summary>
    public const long InFile = 0;

    private const int NonceBytes = 12, TagBytes = 16;
    private const int FileHeaderBytes = 100;
    private const int StoreBytes = 16, BoundBytes = StoreBytes + 8 + 8;

    // Of a frame's header: the page's number; and from here on the salts and the checksum, one block of the cipher.
    private const int BlockOffset = 8, BlockBytes = 16, FrameHeaderBytes = BlockOffset + BlockBytes;

    /// <summary>Random bytes are fetched for so many pages at once.</summary>
    private const int NoncesAtOnce = 64;

    private readonly AesGcm pages;
    private readonly Aes log;
    private readonly ICryptoTransform sealBlock;
    private readonly ICryptoTransform openBlock;
    private readonly byte[] bound = new byte[BoundBytes + FileHeaderBytes];
    private readonly byte[] nonces = new byte[NoncesAtOnce * NonceBytes];
    private readonly byte[] block = new byte[BlockBytes];
    private readonly byte[] other = new byte[BlockBytes];
    private int nextNonce = NoncesAtOnce;

    /// <param name="pageKey">The key of pages.</param>
    /// <param name="logKey">The key of checksums in the log.</param>
    /// <param name="store">Id of the store.</param>
    public PageCipher(byte[] pageKey, byte[] logKey, Guid store)
    {
        pages = new AesGcm(pageKey, TagBytes);
        log = Aes.Create();
        log.Key = logKey;
        log.Mode = CipherMode.ECB;
        log.Padding = PaddingMode.None;
        sealBlock = log.CreateEncryptor();
        openBlock = log.CreateDecryptor();
        store.TryWriteBytes(bound);
    }

    /// <summary>
    /// Why what was to be opened last could not be looked at; null where it was, and is what was written or not.
    /// </summary>
    public Exception? Fault { get; private set; }

    /// <summary>Encrypts a page. False if that cannot be: then nothing may be written.</summary>
    /// <param name="page">The page as SQLite has it.</param>
    /// <param name="output">As it is to be written.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="place">Where it lies: <see cref="InFile"/>, or something else.</param>
    public bool TrySeal(ReadOnlySpan<byte> page, Span<byte> output, long number, long place)
    {
        try
        {
            int clear = Bind(page, number, place);
            page[..clear].CopyTo(output);
            Span<byte> nonce = output.Slice(output.Length - SealBytes, NonceBytes);
            NextNonce().CopyTo(nonce);
            pages.Encrypt(
                nonce, page[clear..^SealBytes], output[clear..^SealBytes], output[^TagBytes..], bound.AsSpan(0, BoundBytes + clear));
            return true;
        }
#pragma warning disable CA1031 // Called by SQLite, which is told that the write has failed.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>
    /// Decrypts a page in place, with zeros where the nonce and the tag were. False if it is not what was written there, or if there is a
    /// <see cref="Fault"/>.
    /// </summary>
    /// <param name="page">The page as it was read.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="place">Where it lies.</param>
    public bool TryOpen(Span<byte> page, long number, long place)
    {
        Fault = null;
        return TryOpenPage(page, number, place);
    }

    /// <summary>
    /// Encrypts the salts and the checksum in the header of a frame. The checksum is SQLite's, of what is not encrypted, and would tell of
    /// it; with the salts it makes one block of the cipher, and blocks are alike only where checksums are.
    /// </summary>
    /// <param name="header">The header as SQLite has it.</param>
    /// <param name="output">As it is to be written.</param>
    public bool TrySealHeader(ReadOnlySpan<byte> header, Span<byte> output)
    {
        header[..BlockOffset].CopyTo(output);
        return TryTransform(sealBlock, header.Slice(BlockOffset, BlockBytes), output.Slice(BlockOffset, BlockBytes));
    }

    /// <summary>Decrypts the salts and the checksum of a frame in place. False if there is a <see cref="Fault"/>.</summary>
    /// <param name="saltsAndChecksum">The last 16 bytes of the frame's header.</param>
    public bool TryOpenHeader(Span<byte> saltsAndChecksum)
    {
        Fault = null;
        return TryTransform(openBlock, saltsAndChecksum, saltsAndChecksum);
    }

    /// <summary>
    /// Decrypts a whole frame in place. Where its page is not what was written, the first salt is made one that the log does not have: so
    /// the frame is taken for one that was never finished, whatever its checksum says. False then, and if there is a <see cref="Fault"/>.
    /// </summary>
    /// <param name="frame">The frame as it was read.</param>
    /// <param name="number">Its number, from 1.</param>
    public bool TryOpenFrame(Span<byte> frame, long number)
    {
        bool isOpen = TryOpenHeader(frame.Slice(BlockOffset, BlockBytes))
            && TryOpenPage(frame[FrameHeaderBytes..], BinaryPrimitives.ReadUInt32BigEndian(frame), number);
        if (!isOpen)
        {
            frame[BlockOffset] ^= 0xFF;
        }

        return isOpen;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        pages.Dispose();
        sealBlock.Dispose();
        openBlock.Dispose();
        log.Dispose();
    }

    private bool TryOpenPage(Span<byte> page, long number, long place)
    {
        try
        {
            int clear = Bind(page, number, place);
            Span<byte> text = page[clear..^SealBytes];
            pages.Decrypt(
                page.Slice(page.Length - SealBytes, NonceBytes), text, page[^TagBytes..], text, bound.AsSpan(0, BoundBytes + clear));
            page[^SealBytes..].Clear();
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
#pragma warning disable CA1031 // Called by SQLite, which is told that the read has failed.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fault = fault;
            return false;
        }
    }

    /// <summary>Sets what a page is bound to. Returns how many of its bytes stay readable.</summary>
    private int Bind(ReadOnlySpan<byte> page, long number, long place)
    {
        BinaryPrimitives.WriteInt64BigEndian(bound.AsSpan(StoreBytes), place);
        BinaryPrimitives.WriteInt64BigEndian(bound.AsSpan(StoreBytes + 8), number);
        if ((number, place) != (1, InFile))
        {
            return 0;
        }

        page[..FileHeaderBytes].CopyTo(bound.AsSpan(BoundBytes));
        return FileHeaderBytes;
    }

    private ReadOnlySpan<byte> NextNonce()
    {
        if (nextNonce == NoncesAtOnce)
        {
            RandomNumberGenerator.Fill(nonces);
            nextNonce = 0;
        }

        return nonces.AsSpan(nextNonce++ * NonceBytes, NonceBytes);
    }

    private bool TryTransform(ICryptoTransform transform, ReadOnlySpan<byte> input, Span<byte> output)
    {
        try
        {
            input.CopyTo(block);
            transform.TransformBlock(block, 0, BlockBytes, other, 0);
            other.CopyTo(output);
            return true;
        }
#pragma warning disable CA1031 // Called by SQLite, which is told that the call has failed.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Fault = fault;
            return false;
        }
    }
}
