using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Storage.Checksums;

/// <summary>
/// SQLite's way to the files of a store with checksums: a file system of its kind (VFS) before the usual one. Each page gets its digest as
/// it is written to the file, and is looked at as it is read from the file or the log; one that is not what was written is a failed read.
/// All other calls go straight through.
/// </summary>
/// <remarks>
/// A file stands in memory as the usual file system made it, with a table of calls of ours and, behind it, what is known of a log. A table
/// is made once for each of the usual ones, which stands behind its last word. Nothing here throws: SQLite is no caller that could catch.
/// </remarks>
internal static unsafe class CheckedFiles
{
    /// <summary>Name of the file system.</summary>
    public const string Name = "daxproxy-checked";

    // Layouts of sqlite3_vfs and sqlite3_io_methods, in words. Source: sqlite3.h. The first of a VFS are numbers of 4 bytes: version and
    // bytes of a file.
    private const int NextWord = 2, NameWord = 3, OpenWord = 5, SleepWord = 14;
    private static readonly int VfsWords = sizeof(nint) == 8 ? 21 : 22;
    private const int MethodWords = 19, ReadWord = 2, WriteWord = 3, FetchWord = 17, UnfetchWord = 18;

    private const int MainFile = 0x100, LogFile = 0x80000;
    private const int Ok = 0, DamagedData = 10 | (32 << 8), FailedWrite = 10 | (3 << 8);
    private const int ShortRead = 10 | (2 << 8), HeaderBytes = 100, ChangeCounterOffset = 24, ChangeCounterBytes = 16;
    private const int CallsOfVersion3 = 3;
    private const int ReserveBytes = 38;

    private static readonly Dictionary<(nint Usual, bool IsLog), nint> Tables = [];
    private static readonly Lock Gate = new();

    /// <summary>
    /// Name of the usual file system; before the registration 0, which stands for the one that SQLite takes where none is named.
    /// </summary>
    private static nint usualName;

    /// <summary>Where a file of the usual kind ends and <see cref="LogState"/> begins.</summary>
    private static int stateOffset;

    /// <summary>What was found damaged last on this thread: a page, or as a negative number a frame; 0 for nothing.</summary>
    [ThreadStatic]
    private static long found;

    /// <summary>SQLite's way to Unix files that locks out other processes once and keeps the locks between connections in memory.</summary>
    private const string UnixFiles = "unix-excl";

    /// <summary>SQLite's name of its way to files without checksums; null for the only one it has.</summary>
    public static string? UsualName => OperatingSystem.IsWindows() ? null : UnixFiles;

    /// <summary>Makes the file system known to SQLite.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (stateOffset != 0)
            {
                return;
            }

            SQLitePCL.Batteries_V2.Init();
            usualName = OperatingSystem.IsWindows() ? AfterNumbers(Usual())[NameWord - NextWord] : Marshal.StringToCoTaskMemUTF8(UnixFiles);
            nint* usual = Usual();
            nint* vfs = (nint*)NativeMemory.AllocZeroed((nuint)VfsWords, (nuint)sizeof(nint));
            new Span<nint>(usual, VfsWords).CopyTo(new Span<nint>(vfs, VfsWords));
            stateOffset = (((int*)usual)[1] + 7) & ~7;
            ((int*)vfs)[1] = stateOffset + sizeof(LogState);
            nint* behindNumbers = AfterNumbers(vfs);
            behindNumbers[0] = 0;
            behindNumbers[NameWord - NextWord] = Marshal.StringToCoTaskMemUTF8(Name);
            behindNumbers[OpenWord - NextWord] = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, nint*, int, int*, int>)&Open;
            behindNumbers[SleepWord - NextWord] = (nint)(delegate* unmanaged[Cdecl]<nint, int, int>)&Sleep;
            if (sqlite3_vfs_register((nint)vfs, 0) is var code and not Ok)
            {
                throw new StorageException($"Pages cannot be checked: SQLite does not take the file system (error {code}).");
            }
        }
    }

    /// <summary>From now on a new file, or a copy that a connection makes with VACUUM, leaves room for digests.</summary>
    public static void Reserve(Microsoft.Data.Sqlite.SqliteConnection connection)
    {
        int bytes = PageSeal.SealBytes;
        if (sqlite3_file_control(connection.Handle!.DangerousGetHandle(), 0, ReserveBytes, &bytes) is var code and not Ok)
        {
            throw new StorageException(
                $"Pages cannot be checked: SQLite leaves no room in them (error {code}); set Backend.Checksums to false.");
        }
    }

    /// <summary>What was found damaged on this thread since this was asked last; null for nothing.</summary>
    /// <param name="file">Path of the store's file.</param>
    public static DamagedPage? TakeFound(string file)
    {
        long number = found;
        found = 0;
        return number == 0 ? null : new DamagedPage(file, Math.Abs(number), number < 0);
    }

    /// <summary>The usual file system, looked for each time, as a test may stand in its place.</summary>
    private static nint* Usual() => (nint*)sqlite3_vfs_find(usualName);

    /// <summary>
    /// The words of a VFS from <see cref="NextWord"/> on. Three numbers come before, which take one and a half words of 8 bytes, or three
    /// of 4.
    /// </summary>
    private static nint* AfterNumbers(nint* vfs) => vfs + (sizeof(nint) == 8 ? NextWord : NextWord + 1);

    private static nint Call(nint* vfs, int word) => AfterNumbers(vfs)[word - NextWord];

    private static nint Usual(nint* file, int word) => ((nint*)((nint*)file[0])[MethodWords])[word];

    private static LogState* StateOf(nint* file) => (LogState*)((byte*)file + stateOffset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(nint self, byte* path, nint* file, int flags, int* outFlags)
    {
        nint* usual = Usual();
        int result = ((delegate* unmanaged[Cdecl]<nint, byte*, nint*, int, int*, int>)Call(usual, OpenWord))(
            (nint)usual, path, file, flags, outFlags);
        if (result == Ok && (flags & (MainFile | LogFile)) != 0)
        {
            *StateOf(file) = LogState.New;
            file[0] = TableFor(file[0], (flags & LogFile) != 0);
        }

        return result;
    }

    private static nint TableFor(nint usual, bool isLog)
    {
        lock (Gate)
        {
            if (!Tables.TryGetValue((usual, isLog), out nint table))
            {
                Tables.Add((usual, isLog), table = MakeTable((nint*)usual, isLog));
            }

            return table;
        }
    }

    private static nint MakeTable(nint* usual, bool isLog)
    {
        nint* table = (nint*)NativeMemory.AllocZeroed(MethodWords + 1, (nuint)sizeof(nint));
        int version = ((int*)usual)[0];
        new Span<nint>(usual, version >= CallsOfVersion3 ? MethodWords : FetchWord).CopyTo(new Span<nint>(table, MethodWords));
        table[MethodWords] = (nint)usual;
        if (isLog)
        {
            table[ReadWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&ReadLog;
            table[WriteWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&WriteLog;
        }
        else
        {
            table[ReadWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&Read;
            table[WriteWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&Write;
            if (version >= CallsOfVersion3)
            {
                table[FetchWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, long, int, nint*, int>)&Fetch;
            }
        }

        return (nint)table;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(nint self, int microseconds)
    {
        nint* usual = Usual();
        return ((delegate* unmanaged[Cdecl]<nint, int, int>)Call(usual, SleepWord))((nint)usual, microseconds);
    }

    /// <summary>
    /// Reads a page and looks at it. The beginning of a page is read of long items, and then the whole page is looked at. Of the header
    /// SQLite reads less before it reads the first page, to know how large pages are; where it is told wrongly, what it asks for next is no
    /// page.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint* file, byte* buffer, int count, long offset)
    {
        if ((offset, count) is (0, HeaderBytes) or (ChangeCounterOffset, ChangeCounterBytes))
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
    private static int Write(nint* file, byte* buffer, int count, long offset)
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
    private static int Fetch(nint* file, long offset, int count, nint* page)
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
    private static int ReadLog(nint* file, byte* buffer, int count, long offset)
    {
        long number = count <= PageSeal.PageBytes ? LogFrame.NumberAt(offset) : 0;
        if (number == 0 || StateOf(file)->IsUnsettled(offset))
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
    private static int WriteLog(nint* file, byte* buffer, int count, long offset)
    {
        StateOf(file)->NoteWrite(offset, count);
        return UsualWrite(file, buffer, count, offset);
    }

    private static int Damaged(long number)
    {
        found = number;
        return DamagedData;
    }

    private static int UsualRead(nint* file, byte* buffer, int count, long offset) =>
        ((delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)Usual(file, ReadWord))(file, buffer, count, offset);

    private static int UsualWrite(nint* file, byte* buffer, int count, long offset) =>
        ((delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)Usual(file, WriteWord))(file, buffer, count, offset);

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern nint sqlite3_vfs_find(nint name);

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int sqlite3_vfs_register(nint vfs, int makeDefault);

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int sqlite3_file_control(nint database, nint schema, int operation, void* argument);
}
