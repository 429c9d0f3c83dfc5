using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Engine.Storage.Seals;

/// <summary>
/// SQLite's way to the files of a store whose pages are sealed: a file system of its kind (VFS) before the usual one. Each page gets its
/// digest as it is written to the file (<see cref="DigestCalls"/>), or is encrypted as it is written to any file
/// (<see cref="CipherCalls"/>). It is looked at as it is read; one that is not what was written is a failed read. All other calls go
/// straight through.
/// </summary>
/// <remarks>
/// There is one file system for all stores with digests, and one for each encrypted store, which knows the key. A file stands in memory as
/// the usual file system made it, but with our table of calls, and with what we know of the file behind it. One such table is made for each
/// usual one, which is kept behind its last word. Nothing here throws: SQLite is no caller that could catch.
/// </remarks>
internal static unsafe class CheckedFiles
{
    /// <summary>Name of the file system of stores with digests.</summary>
    public const string Name = "daxproxy-checked";

    /// <summary>Codes of SQLite's that calls answer.</summary>
    internal const int Ok = 0, FailedRead = 10 | (1 << 8), ShortRead = 10 | (2 << 8), FailedWrite = 10 | (3 << 8);

    /// <summary>Words of sqlite3_io_methods. Source: sqlite3.h.</summary>
    internal const int CloseWord = 1, ReadWord = 2, WriteWord = 3, SyncWord = 5, FetchWord = 17, UnfetchWord = 18;

    private const int DamagedData = 10 | (32 << 8), CannotOpen = 14;
    private const int MethodWords = 19, CallsOfVersion3 = 3;

    // The layout of sqlite3_vfs, in words. Source: sqlite3.h. The first are numbers of 4 bytes: version and bytes of a file.
    private const int NextWord = 2, NameWord = 3, DataWord = 4, OpenWord = 5, SleepWord = 14;
    private static readonly int VfsWords = sizeof(nint) == 8 ? 21 : 22;

    // What a file is opened as.
    private const int MainFile = 0x100, Journal = 0x800, LogFile = 0x80000;
    private const int TemporaryFiles = 0x200 | 0x400 | 0x1000 | 0x2000;

    private const int HeaderBytes = 100, ChangeCounterOffset = 24, ChangeCounterBytes = 16;
    private const int ReserveBytes = 38;

    private static readonly Dictionary<(nint Usual, FileKind Kind), nint> Tables = [];
    private static readonly Lock Gate = new();

    /// <summary>
    /// Name of the usual file system; before the registration 0, which stands for the one that SQLite takes where none is named.
    /// </summary>
    private static nint usualName;

    /// <summary>Where a file of the usual kind ends and <see cref="FileState"/> begins.</summary>
    private static int stateOffset;

    /// <summary>How many encrypted stores were opened, to name their file systems.</summary>
    private static int ciphers;

    /// <summary>What was found damaged last on this thread: a page, or as a negative number a frame; 0 for nothing.</summary>
    [ThreadStatic]
    private static long found;

    /// <summary>What a file is to us.</summary>
    private enum FileKind
    {
        Other,
        Main,
        Log,
        EncryptedMain,
        EncryptedLog,
        EncryptedJournal,
    }

    /// <summary>SQLite's way to Unix files that locks out other processes once and keeps the locks between connections in memory.</summary>
    private const string UnixFiles = "unix-excl";

    /// <summary>SQLite's name of its way to files without checksums; null for the only one it has.</summary>
    public static string? UsualName => OperatingSystem.IsWindows() ? null : UnixFiles;

    /// <summary>Makes the file system of stores with digests known to SQLite.</summary>
    public static void Register()
    {
        lock (Gate)
        {
            if (stateOffset == 0)
            {
                Add(Name, 0);
            }
        }
    }

    /// <summary>Makes a file system for an encrypted store, and gives its name.</summary>
    /// <remarks>
    /// It is for as long as the process lives, some hundred bytes: a connection that is not closed yet may call it.
    /// </remarks>
    /// <param name="cipher">The key of the store.</param>
    public static string Register(StoreCipher cipher)
    {
        Register();
        lock (Gate)
        {
            string name = $"daxproxy-encrypted-{++ciphers}";
            Add(name, GCHandle.ToIntPtr(GCHandle.Alloc(cipher)));
            return name;
        }
    }

    /// <summary>From now on a new file, or a copy that a connection makes with VACUUM, leaves room at the end of pages.</summary>
    public static void Reserve(Microsoft.Data.Sqlite.SqliteConnection connection, int bytes)
    {
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

    /// <summary>A call of the usual file system.</summary>
    internal static nint Usual(nint* file, int word) => ((nint*)((nint*)file[0])[MethodWords])[word];

    /// <summary>What we know of a file.</summary>
    internal static FileState* StateOf(nint* file) => (FileState*)((byte*)file + stateOffset);

    /// <summary>
    /// Whether a read is of what SQLite reads of the file's header by itself, to know how large pages are and whether they have changed.
    /// </summary>
    internal static bool IsOfHeader(int count, long offset) =>
        (offset, count) is (0, HeaderBytes) or (ChangeCounterOffset, ChangeCounterBytes);

    private static void Add(string name, nint cipher)
    {
        SQLitePCL.Batteries_V2.Init();
        if (stateOffset == 0)
        {
            usualName = OperatingSystem.IsWindows() ? AfterNumbers(Usual())[NameWord - NextWord] : Marshal.StringToCoTaskMemUTF8(UnixFiles);
        }

        nint* usual = Usual();
        nint* vfs = (nint*)NativeMemory.AllocZeroed((nuint)VfsWords, (nuint)sizeof(nint));
        new Span<nint>(usual, VfsWords).CopyTo(new Span<nint>(vfs, VfsWords));
        stateOffset = (((int*)usual)[1] + 7) & ~7;
        ((int*)vfs)[1] = stateOffset + sizeof(FileState);
        nint* behindNumbers = AfterNumbers(vfs);
        behindNumbers[0] = 0;
        behindNumbers[NameWord - NextWord] = Marshal.StringToCoTaskMemUTF8(name);
        behindNumbers[DataWord - NextWord] = cipher;
        behindNumbers[OpenWord - NextWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, nint*, int, int*, int>)&Open;
        behindNumbers[SleepWord - NextWord] = (nint)(delegate* unmanaged[Cdecl]<nint, int, int>)&Sleep;
        if (sqlite3_vfs_register((nint)vfs, 0) is var code and not Ok)
        {
            throw new StorageException($"Pages cannot be checked: SQLite does not take the file system (error {code}).");
        }
    }

    /// <summary>
    /// Opens a file. Beside an encrypted store SQLite makes no files of its own for what does not fit into memory: they would hold items in
    /// the clear.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(nint* self, byte* path, nint* file, int flags, int* outFlags)
    {
        nint cipher = Call(self, DataWord);
        file[0] = 0;
        if (cipher != 0 && (flags & TemporaryFiles) != 0)
        {
            return CannotOpen;
        }

        nint* usual = Usual();
        int result = ((delegate* unmanaged[Cdecl]<nint, byte*, nint*, int, int*, int>)Call(usual, OpenWord))(
            (nint)usual, path, file, flags, outFlags);
        if (result != Ok || KindOf(flags, cipher != 0) is not (var kind and not FileKind.Other))
        {
            return result;
        }

        *StateOf(file) = FileState.New;
        if (cipher != 0 && (StateOf(file)->Cipher = CipherCalls.TryMake(cipher)) == 0)
        {
            _ = ((delegate* unmanaged[Cdecl]<nint*, int>)((nint*)file[0])[CloseWord])(file);
            file[0] = 0;
            return CannotOpen;
        }

        file[0] = TableFor(file[0], kind);
        return Ok;
    }

    private static FileKind KindOf(int flags, bool isEncrypted) =>
        (flags & MainFile) != 0 ? isEncrypted ? FileKind.EncryptedMain : FileKind.Main
        : (flags & LogFile) != 0 ? isEncrypted ? FileKind.EncryptedLog : FileKind.Log
        : (flags & Journal) != 0 && isEncrypted ? FileKind.EncryptedJournal
        : FileKind.Other;

    private static nint TableFor(nint usual, FileKind kind)
    {
        lock (Gate)
        {
            if (!Tables.TryGetValue((usual, kind), out nint table))
            {
                Tables.Add((usual, kind), table = MakeTable((nint*)usual, kind));
            }

            return table;
        }
    }

    private static nint MakeTable(nint* usual, FileKind kind)
    {
        nint* table = (nint*)NativeMemory.AllocZeroed(MethodWords + 1, (nuint)sizeof(nint));
        int version = ((int*)usual)[0];
        new Span<nint>(usual, version >= CallsOfVersion3 ? MethodWords : FetchWord).CopyTo(new Span<nint>(table, MethodWords));
        table[MethodWords] = (nint)usual;
        delegate* unmanaged[Cdecl]<nint*, long, int, nint*, int> fetch = null;
        switch (kind)
        {
            case FileKind.Main:
                Set(&DigestCalls.Read, &DigestCalls.Write);
                fetch = &DigestCalls.Fetch;
                break;
            case FileKind.Log:
                Set(&DigestCalls.ReadLog, &DigestCalls.WriteLog);
                break;
            case FileKind.EncryptedMain:
                Set(&CipherCalls.Read, &CipherCalls.Write);
                fetch = &CipherCalls.Fetch;
                break;
            case FileKind.EncryptedLog:
                Set(&CipherCalls.ReadLog, &CipherCalls.WriteLog);
                table[SyncWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, int, int>)&CipherCalls.SyncLog;
                break;
            default:
                Set(&CipherCalls.ReadJournal, &CipherCalls.WriteJournal);
                break;
        }

        if (kind is not (FileKind.Main or FileKind.Log))
        {
            table[CloseWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, int>)&CipherCalls.Close;
        }

        if (fetch != null && version >= CallsOfVersion3)
        {
            table[FetchWord] = (nint)fetch;
        }

        return (nint)table;

        void Set(
            delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int> read, delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int> write)
        {
            table[ReadWord] = (nint)read;
            table[WriteWord] = (nint)write;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(nint self, int microseconds)
    {
        nint* usual = Usual();
        return ((delegate* unmanaged[Cdecl]<nint, int, int>)Call(usual, SleepWord))((nint)usual, microseconds);
    }

    /// <summary>Notes what was found damaged: a page, or as a negative number a frame. Returns the code of a failed read.</summary>
    internal static int Damaged(long number)
    {
        found = number;
        return DamagedData;
    }

    /// <summary>Reads as the usual file system does.</summary>
    internal static int UsualRead(nint* file, byte* buffer, int count, long offset) =>
        ((delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)Usual(file, ReadWord))(file, buffer, count, offset);

    /// <summary>Writes as the usual file system does.</summary>
    internal static int UsualWrite(nint* file, byte* buffer, int count, long offset) =>
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
