using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static DaxProxy.Engine.Storage.Seals.CheckedFiles;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>The calls of files whose pages have checksums: those that <see cref="CheckedFiles"/> does not pass on as they are.</summary>
internal static unsafe class DigestCalls
{
    /// <summary>
    /// Reads a page and looks at it. The beginning of a page is read of long items, and then the whole page is looked at. Of the header
    /// SQLite reads less before it reads the first page, to know how large pages are; where it is told wrongly, what it asks for next is no
    /// page.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Read(nint* file, byte* buffer, int count, long offset)
    {
        if (IsOfHeader(count, offset))
        {
            return UsualRead(file, buffer, count, offset);
        }

        if (offset % PageSeal.PageBytes != 0 || count >= PageSeal.PageBytes)
        {
            return ReadPage(file, buffer, count, offset);
        }

        byte* page = stackalloc byte[PageSeal.PageBytes];
        int result = ReadPage(file, page, PageSeal.PageBytes, offset);
        new ReadOnlySpan<byte>(page, count).CopyTo(new Span<byte>(buffer, count));
        return result;
    }

    /// <summary>Reads what has to be a page. One that is all beyond the end of the file has not been written yet.</summary>
    private static int ReadPage(nint* file, byte* buffer, int count, long offset)
    {
        int result = UsualRead(file, buffer, count, offset);
        ReadOnlySpan<byte> page = new(buffer, count);
        if (result is not (Ok or ShortRead) || (result == ShortRead && !page.ContainsAnyExcept((byte)0)))
        {
            return result;
        }

        long number = (offset / PageSeal.PageBytes) + 1;
        return result == Ok && count == PageSeal.PageBytes && PageSeal.IsIntact(page, number) ? Ok : Damaged(number);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Write(nint* file, byte* buffer, int count, long offset)
    {
        if (count != PageSeal.PageBytes)
        {
            return FailedWrite;
        }

        byte* page = stackalloc byte[PageSeal.PageBytes];
        Span<byte> bytes = new(page, PageSeal.PageBytes);
        new ReadOnlySpan<byte>(buffer, count).CopyTo(bytes);
        PageSeal.Write(bytes, (offset / PageSeal.PageBytes) + 1);
        return UsualWrite(file, page, count, offset);
    }

    /// <summary>Looks at a page in mapped memory. What cannot be given here is asked for with a read, which says what is wrong.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Fetch(nint* file, long offset, int count, nint* page)
    {
        int result = ((delegate* unmanaged[Cdecl]<nint*, long, int, nint*, int>)Usual(file, FetchWord))(file, offset, count, page);
        if (result == Ok && *page != 0
            && !(count == PageSeal.PageBytes
                && PageSeal.IsIntact(new ReadOnlySpan<byte>((void*)*page, count), (offset / PageSeal.PageBytes) + 1)))
        {
            _ = ((delegate* unmanaged[Cdecl]<nint*, long, nint, int>)Usual(file, UnfetchWord))(file, offset, *page);
            *page = 0;
        }

        return result;
    }

    /// <summary>
    /// Reads a page of the log and looks at its frame, for which the frame before it has to be read along. Anything else that is read of a
    /// log is checked by SQLite itself.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int ReadLog(nint* file, byte* buffer, int count, long offset)
    {
        long number = count <= PageSeal.PageBytes ? LogFrame.NumberAt(offset) : 0;
        if (number == 0 || StateOf(file)->Log.IsUnsettled(offset))
        {
            return UsualRead(file, buffer, count, offset);
        }

        int reach = number == 1 ? LogFrame.FirstReachBack : LogFrame.ReachBack;
        byte* bytes = stackalloc byte[LogFrame.ReachBack + PageSeal.PageBytes];
        int result = UsualRead(file, bytes, reach + PageSeal.PageBytes, offset - reach);
        if (result != Ok)
        {
            return result;
        }

        ReadOnlySpan<byte> read = new(bytes, reach + PageSeal.PageBytes);
        ReadOnlySpan<byte> frame = read[^LogFrame.FrameBytes..];
        (uint, uint) before = LogFrame.SumIn(read[..LogFrame.ChecksumBytes]), sum = LogFrame.SumIn(frame[..LogFrame.HeaderBytes]);

        // The order of bytes is this machine's, but for a log that was brought here from another kind.
        if (LogFrame.Sum(before, frame, !BitConverter.IsLittleEndian) != sum
            && LogFrame.Sum(before, frame, BitConverter.IsLittleEndian) != sum)
        {
            return Damaged(-number);
        }

        read.Slice(reach, count).CopyTo(new Span<byte>(buffer, count));
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int WriteLog(nint* file, byte* buffer, int count, long offset)
    {
        StateOf(file)->Log.NoteWrite(offset, count);
        return UsualWrite(file, buffer, count, offset);
    }
}
