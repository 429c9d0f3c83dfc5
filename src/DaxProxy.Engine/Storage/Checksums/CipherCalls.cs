using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaxProxy.Engine.Storage.Encryption;
using static DaxProxy.Engine.Storage.Checksums.CheckedFiles;

namespace DaxProxy.Engine.Storage.Checksums;

/// <summary>The calls of the files of an encrypted store: those that <see cref="CheckedFiles"/> does not pass on as they are.</summary>
/// <remarks>
/// <para>
/// A page is encrypted as it is written to the file, to the log or to a rollback journal, each time with a new nonce. It is decrypted as it
/// is read, and SQLite finds zeros where nonce and tag are. These are what it handed down, too: a page with anything else there is not
/// written, as SQLite's checksum of its frame would be of bytes that nobody can give back.
/// </para>
/// <para>
/// Of the log SQLite reads the header, which stays as it is; the checksum at the end of a frame's header; whole frames, when it opens the
/// log or makes checksums anew; and pages. It writes the header of a frame and then its page, and here both become one write: that saves
/// what encryption costs. Only where checksums are made anew it writes a header alone, behind a read of the frame. Whatever else it may
/// want of a file is refused.
/// </para>
/// </remarks>
internal static unsafe class CipherCalls
{
    /// <summary>Pages lie in a journal behind four bytes of their number, and all else lies at multiples of eight.</summary>
    private const int JournalUnit = 8, JournalPageOffset = 4;

    private const int PageBytes = PageSeal.PageBytes;

    /// <summary>Makes what encrypts the pages of one file. Returns its handle; 0 if that cannot be.</summary>
    /// <param name="store">The handle of the store's key.</param>
    public static nint TryMake(nint store)
    {
        try
        {
            return GCHandle.ToIntPtr(GCHandle.Alloc(((StoreCipher)GCHandle.FromIntPtr(store).Target!).Open()));
        }
#pragma warning disable CA1031 // Called by SQLite, which is told that the file cannot be opened.
        catch (Exception)
#pragma warning restore CA1031
        {
            return 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Close(nint* file)
    {
        nint cipher = StateOf(file)->Cipher;
        int result = ((delegate* unmanaged[Cdecl]<nint*, int>)Usual(file, CloseWord))(file);
        if (cipher != 0)
        {
            GCHandle handle = GCHandle.FromIntPtr(cipher);
            ((PageCipher)handle.Target!).Dispose();
            handle.Free();
        }

        return result;
    }

    /// <summary>Reads a page, or its beginning. One that is all beyond the end of the file has not been written yet.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Read(nint* file, byte* buffer, int count, long offset)
    {
        if (IsOfHeader(count, offset))
        {
            return UsualRead(file, buffer, count, offset);
        }

        long number = (offset / PageBytes) + 1;
        if (offset % PageBytes != 0 || count > PageBytes)
        {
            return Damaged(number);
        }

        byte* whole = stackalloc byte[PageBytes];
        Span<byte> page = new(count == PageBytes ? buffer : whole, PageBytes);
        int result = UsualRead(file, count == PageBytes ? buffer : whole, PageBytes, offset);
        bool isDamaged = result == ShortRead
            ? page.ContainsAnyExcept((byte)0)
            : result == Ok && !CipherOf(file).TryOpen(page, number, PageCipher.InFile);
        if (isDamaged)
        {
            return Damaged(number);
        }

        if (count < PageBytes)
        {
            page[..count].CopyTo(new Span<byte>(buffer, count));
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Write(nint* file, byte* buffer, int count, long offset) =>
        count == PageBytes && offset % PageBytes == 0
            ? WritePage(file, buffer, offset, (offset / PageBytes) + 1, PageCipher.InFile)
            : FailedWrite;

    /// <summary>
    /// Nothing can be given in mapped memory, so it is asked for with a read. But the usual file system maps the file when it is asked, and
    /// then reads from there.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Fetch(nint* file, long offset, int count, nint* page)
    {
        int result = ((delegate* unmanaged[Cdecl]<nint*, long, int, nint*, int>)Usual(file, FetchWord))(file, offset, count, page);
        if (result == Ok && *page != 0)
        {
            result = ((delegate* unmanaged[Cdecl]<nint*, long, nint, int>)Usual(file, UnfetchWord))(file, offset, *page);
        }

        *page = 0;
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int ReadLog(nint* file, byte* buffer, int count, long offset)
    {
        const int ChecksumOffset = LogFrame.HeaderBytes - LogFrame.ChecksumBytes, BlockOffset = LogFrame.HeaderBytes - 16;
        if (offset + count <= LogFrame.LogHeaderBytes)
        {
            return UsualRead(file, buffer, count, offset);
        }

        if (count <= PageBytes && LogFrame.NumberAt(offset) is var page and not 0)
        {
            return ReadLoggedPage(file, buffer, count, offset, page);
        }

        if (count == LogFrame.FrameBytes && LogFrame.NumberAt(offset + LogFrame.HeaderBytes) is var frame and not 0)
        {
            int result = UsualRead(file, buffer, count, offset);
            StateOf(file)->FrameRead = offset;
            if (result == Ok)
            {
                // One that was not finished is no fault: it is how SQLite finds the end of the log, and it looks different then.
                CipherOf(file).TryOpenFrame(new Span<byte>(buffer, count), frame);
            }

            return result;
        }

        if (count == LogFrame.ChecksumBytes && LogFrame.NumberAt(offset - ChecksumOffset + LogFrame.HeaderBytes) != 0)
        {
            byte* block = stackalloc byte[16];
            int result = UsualRead(file, block, 16, offset - ChecksumOffset + BlockOffset);
            Span<byte> saltsAndChecksum = new(block, 16);
            if (result == Ok && !CipherOf(file).TryOpenHeader(saltsAndChecksum))
            {
                return FailedRead;
            }

            saltsAndChecksum[^count..].CopyTo(new Span<byte>(buffer, count));
            return result;
        }

        return FailedRead;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int WriteLog(nint* file, byte* buffer, int count, long offset)
    {
        if (offset == 0 && count == LogFrame.LogHeaderBytes)
        {
            return UsualWrite(file, buffer, count, offset);
        }

        if (count == LogFrame.HeaderBytes && LogFrame.NumberAt(offset + count) != 0)
        {
            return WriteHeader(file, new ReadOnlySpan<byte>(buffer, count), offset);
        }

        return count == PageBytes && LogFrame.NumberAt(offset) is var frame and not 0
            ? WriteFrame(file, buffer, offset, frame)
            : FailedWrite;
    }

    /// <summary>A log whose last header has no page yet cannot be brought to the disk: no commit is complete that way.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SyncLog(nint* file, int flags) => StateOf(file)->IsHeaderHeld
        ? FailedWrite
        : ((delegate* unmanaged[Cdecl]<nint*, int, int>)Usual(file, SyncWord))(file, flags);

    /// <summary>Holds the header of a frame until its page comes, or writes it where none will.</summary>
    private static int WriteHeader(nint* file, ReadOnlySpan<byte> header, long offset)
    {
        FileState* state = StateOf(file);
        if (state->IsHeaderHeld || !CipherOf(file).TrySealHeader(header, new Span<byte>(state->Header, LogFrame.HeaderBytes)))
        {
            state->IsHeaderHeld = false;
            return FailedWrite;
        }

        state->HeaderOffset = offset;
        state->IsHeaderHeld = state->FrameRead != offset;
        return state->IsHeaderHeld ? Ok : UsualWrite(file, state->Header, LogFrame.HeaderBytes, offset);
    }

    /// <summary>Writes the page of a frame, with its header before it.</summary>
    private static int WriteFrame(nint* file, byte* buffer, long offset, long number)
    {
        FileState* state = StateOf(file);
        byte* output = stackalloc byte[LogFrame.FrameBytes];
        Span<byte> frame = new(output, LogFrame.FrameBytes);
        state->IsHeaderHeld = false;
        if (state->HeaderOffset == offset - LogFrame.HeaderBytes)
        {
            new ReadOnlySpan<byte>(state->Header, LogFrame.HeaderBytes).CopyTo(frame);
        }
        else if (UsualRead(file, output, LogFrame.HeaderBytes, offset - LogFrame.HeaderBytes) is var result and not Ok)
        {
            // A page that is written over, within a transaction larger than the cache, keeps its header.
            return result;
        }

        state->FrameRead = 0;
        ReadOnlySpan<byte> page = new(buffer, PageBytes);
        return IsSealable(page)
            && CipherOf(file).TrySeal(page, frame[LogFrame.HeaderBytes..], BinaryPrimitives.ReadUInt32BigEndian(frame), number)
            ? UsualWrite(file, output, LogFrame.FrameBytes, offset - LogFrame.HeaderBytes)
            : FailedWrite;
    }

    /// <summary>A journal is there only while a new store or a copy is made.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int ReadJournal(nint* file, byte* buffer, int count, long offset)
    {
        int result = UsualRead(file, buffer, count, offset);
        if (result == Ok && IsPageOfJournal(count, offset) && !CipherOf(file).TryOpen(new Span<byte>(buffer, count), 0, -offset))
        {
            return FailedRead;
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int WriteJournal(nint* file, byte* buffer, int count, long offset) =>
        IsPageOfJournal(count, offset) ? WritePage(file, buffer, offset, 0, -offset) : UsualWrite(file, buffer, count, offset);

    private static bool IsPageOfJournal(int count, long offset) => count == PageBytes && offset % JournalUnit == JournalPageOffset;

    private static int ReadLoggedPage(nint* file, byte* buffer, int count, long offset, long frame)
    {
        byte* read = stackalloc byte[LogFrame.FrameBytes];
        int result = UsualRead(file, read, LogFrame.FrameBytes, offset - LogFrame.HeaderBytes);
        if (result != Ok)
        {
            return result;
        }

        Span<byte> page = new(read + LogFrame.HeaderBytes, PageBytes);
        if (!CipherOf(file).TryOpen(page, BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(read, sizeof(uint))), frame))
        {
            return Damaged(-frame);
        }

        page[..count].CopyTo(new Span<byte>(buffer, count));
        return Ok;
    }

    private static int WritePage(nint* file, byte* buffer, long offset, long number, long place)
    {
        ReadOnlySpan<byte> page = new(buffer, PageBytes);
        byte* output = stackalloc byte[PageBytes];
        return IsSealable(page)
            && CipherOf(file).TrySeal(page, new Span<byte>(output, PageBytes), number, place)
            ? UsualWrite(file, output, PageBytes, offset)
            : FailedWrite;
    }

    private static bool IsSealable(ReadOnlySpan<byte> page) => !page[^PageCipher.SealBytes..].ContainsAnyExcept((byte)0);

    private static PageCipher CipherOf(nint* file) => (PageCipher)GCHandle.FromIntPtr(StateOf(file)->Cipher).Target!;
}
