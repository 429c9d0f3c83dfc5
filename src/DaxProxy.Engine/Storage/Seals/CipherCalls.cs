using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaxProxy.Engine.Storage.Encryption;
using static DaxProxy.Engine.Storage.Seals.CheckedFiles;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>The calls of the files of an encrypted store: those that <see cref="CheckedFiles"/> does not pass on as they are.</summary>
/// <remarks>
/// <para>
/// A page is encrypted as it is written to the file, to the log or to a rollback journal, each time with a new nonce. It is decrypted as it
/// is read, and SQLite finds zeros where nonce and tag are. These are what it handed down, too: a page with anything else there is not
/// written, as SQLite's checksum of its frame would be of bytes that cannot be given back.
/// </para>
/// <para>
/// Of the log SQLite reads the header, which has another version on the disk; the checksum at the end of a frame's header; whole frames,
/// when it opens the log or makes checksums again; and pages. It writes the header of a frame and then its page, and here both become one
/// write: that saves what encryption costs. Only where checksums are made again it writes a header alone, behind a read of the frame.
/// All other calls are refused.
/// </para>
/// <para>
/// The tag of a page in the log says that it was once written there, not that it was since the log began again. So the salts of its frame
/// are compared with those of the log's header, and its checksum with that of the frame before, as in a log that is not encrypted.
/// </para>
/// </remarks>
internal static unsafe class CipherCalls
{
    /// <summary>Pages lie in a journal behind four bytes of their number, and all else lies at multiples of eight.</summary>
    private const int JournalUnit = 8, JournalPageOffset = 4;

    /// <summary>Bytes at the end of a frame's header that are encrypted as one block: salts and checksum.</summary>
    private const int BlockBytes = 16, BlockOffset = LogFrame.HeaderBytes - BlockBytes;

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
        if (result == ShortRead && page.ContainsAnyExcept((byte)0))
        {
            return Damaged(number);
        }

        if (result == Ok && CipherOf(file) is var cipher && !cipher.TryOpen(page, number, PageCipher.InFile))
        {
            return Fault(cipher, number);
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
        const int ChecksumOffset = LogFrame.HeaderBytes - LogFrame.ChecksumBytes;
        if (offset + count <= LogFrame.LogHeaderBytes)
        {
            return ReadLogHeader(file, buffer, count, offset);
        }

        if (count <= PageBytes && LogFrame.NumberAt(offset) is var page and not 0)
        {
            return ReadLoggedPage(file, buffer, count, offset, page);
        }

        if (count == LogFrame.FrameBytes && LogFrame.NumberAt(offset + LogFrame.HeaderBytes) is var frame and not 0)
        {
            int result = UsualRead(file, buffer, count, offset);
            StateOf(file)->FrameRead = offset;

            // One that was not finished is no fault: it is how SQLite finds the end of the log, and it looks different then.
            return result == Ok && CipherOf(file) is var cipher && !cipher.TryOpenFrame(new Span<byte>(buffer, count), frame)
                && cipher.Fault is not null
                ? FailedRead
                : result;
        }

        if (count == LogFrame.ChecksumBytes && LogFrame.NumberAt(offset - ChecksumOffset + LogFrame.HeaderBytes) != 0)
        {
            byte* block = stackalloc byte[BlockBytes];
            int result = UsualRead(file, block, BlockBytes, offset - ChecksumOffset + BlockOffset);
            Span<byte> saltsAndChecksum = new(block, BlockBytes);
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
            byte* header = stackalloc byte[LogFrame.LogHeaderBytes];
            Span<byte> bytes = new(header, count);
            new ReadOnlySpan<byte>(buffer, count).CopyTo(bytes);
            return LogFrame.TryHide(bytes) ? UsualWrite(file, header, count, offset) : FailedWrite;
        }

        StateOf(file)->Log.NoteWrite(offset, count);
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

    /// <summary>Reads of the log's header, which is told as SQLite has written it.</summary>
    private static int ReadLogHeader(nint* file, byte* buffer, int count, long offset)
    {
        byte* header = stackalloc byte[LogFrame.LogHeaderBytes];
        Span<byte> bytes = new(header, LogFrame.LogHeaderBytes);
        int result = UsualRead(file, header, LogFrame.LogHeaderBytes, 0);
        if (result == Ok)
        {
            LogFrame.Show(bytes);
        }

        // One that is cut is none, and SQLite asks for all of it: behind what there is are zeros.
        if (result is Ok or ShortRead)
        {
            bytes.Slice((int)offset, count).CopyTo(new Span<byte>(buffer, count));
        }

        return result;
    }

    private static int ReadLoggedPage(nint* file, byte* buffer, int count, long offset, long number)
    {
        // The frame, from the encrypted part of the header of the frame before on, if there is one.
        int reach = number == 1 ? 0 : BlockBytes + PageBytes;
        byte* header = stackalloc byte[LogFrame.LogHeaderBytes];
        byte* read = stackalloc byte[BlockBytes + PageBytes + LogFrame.FrameBytes];
        int result = UsualRead(file, read, reach + LogFrame.FrameBytes, offset - LogFrame.HeaderBytes - reach);
        if (result != Ok || (result = ReadLogHeader(file, header, LogFrame.LogHeaderBytes, 0)) != Ok)
        {
            return result;
        }

        PageCipher cipher = CipherOf(file);
        ReadOnlySpan<byte> logHeader = new(header, LogFrame.LogHeaderBytes);
        Span<byte> frame = new(read + reach, LogFrame.FrameBytes), block = new(read, BlockBytes);
        bool isWhole = cipher.TryOpenHeader(frame.Slice(BlockOffset, BlockBytes))
            && cipher.TryOpen(frame[LogFrame.HeaderBytes..], BinaryPrimitives.ReadUInt32BigEndian(frame), number)
            && (number == 1 || cipher.TryOpenHeader(block))
            && (StateOf(file)->Log.IsUnsettled(offset)
                || (LogAudit.IsOf(logHeader, frame) && GoesOn(number == 1 ? logHeader : block, frame, logHeader)));
        if (!isWhole)
        {
            return Fault(cipher, -number);
        }

        frame.Slice(LogFrame.HeaderBytes, count).CopyTo(new Span<byte>(buffer, count));
        return Ok;
    }

    /// <summary>Whether a frame goes on from what is before it.</summary>
    private static bool GoesOn(ReadOnlySpan<byte> before, ReadOnlySpan<byte> frame, ReadOnlySpan<byte> logHeader) =>
        LogFrame.Sum(LogFrame.SumIn(before), frame, (logHeader[3] & 1) != 0) == LogFrame.SumIn(frame[..LogFrame.HeaderBytes]);

    /// <summary>The code for what could not be opened: it is damaged, or could not be looked at.</summary>
    private static int Fault(PageCipher cipher, long number) => cipher.Fault is null ? Damaged(number) : FailedRead;

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
