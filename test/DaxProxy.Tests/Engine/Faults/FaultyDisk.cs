using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DaxProxy.Tests.Engine.Faults;

/// <summary>
/// A disk that fails on command: a file system of SQLite's (VFS) that passes every call on to the real one, except those that are to fail.
/// So it is SQLite's own handling of errors that is tested, and ours of SQLite's. While installed it stands before the one that stores use,
/// under the same name; only files in its folder are touched.
/// </summary>
/// <remarks>One at a time. Connections must be opened after it is installed and closed before it is disposed of.</remarks>
internal sealed unsafe class FaultyDisk : IDisposable
{
    public const int IoWrite = 10 | (3 << 8);
    public const int IoRead = 10 | (1 << 8);
    public const int IoSync = 10 | (4 << 8);
    public const int Full = 13;
    public const int Busy = 5;

    // Layouts of sqlite3_vfs and sqlite3_io_methods on 64-bit machines, in words of 8 bytes. Source: sqlite3.h.
    private const int VfsWords = 22, NameWord = 3, OpenWord = 5, SleepWord = 14;
    private const int MethodWords = 19, ReadWord = 2, WriteWord = 3, TruncateWord = 4, SyncWord = 5, ShmLockWord = 14, FetchWord = 17;
    private const int ShmLockFlag = 2;

    private static readonly nint Name = Marshal.StringToCoTaskMemUTF8("unix-excl");
    private static FaultyDisk? current;
    private static nint* realVfs;

    /// <summary>Whether the last lock that this thread asked for was refused on command, and so is held by no other thread.</summary>
    [ThreadStatic]
    private static bool isRefused;

    /// <summary>A table of ours for each of the real ones, which stands behind its last word.</summary>
    private static readonly Dictionary<nint, nint> faultyMethods = [];

    private readonly string folder;
    private readonly nint* vfs;
    private readonly nint* usual;
    private readonly Lock gate = new();
    private DiskCall calls;
    private int code;
    private long at = long.MaxValue;
    private bool isLasting;
    private bool isTorn;
    private long seen;

    private FaultyDisk(string folder)
    {
        this.folder = folder;
        vfs = (nint*)NativeMemory.Alloc(VfsWords, (nuint)sizeof(nint));
        realVfs = sqlite3_vfs_find(Name);
        usual = sqlite3_vfs_find(0);
        new Span<nint>(realVfs, VfsWords).CopyTo(new Span<nint>(vfs, VfsWords));
        vfs[NameWord] = Name;
        vfs[OpenWord] = (nint)(delegate* unmanaged[Cdecl]<nint, byte*, nint*, int, int*, int>)&Open;
        vfs[SleepWord] = (nint)(delegate* unmanaged[Cdecl]<nint, int, int>)&Sleep;
        Register((nint)vfs);
    }

    /// <summary>Calls of the chosen kind since the last <see cref="Fail"/>.</summary>
    public long Seen
    {
        get
        {
            lock (gate)
            {
                return seen;
            }
        }
    }

    /// <summary>Whether a call has failed since the last <see cref="Fail"/>.</summary>
    public bool HasFailed => Seen >= Volatile.Read(ref at);

    /// <summary>Whether a disk like this can be had on this machine.</summary>
    public static bool IsPossible => sizeof(nint) == 8 && !OperatingSystem.IsWindows();

    public static FaultyDisk Install(string folder)
    {
        SQLitePCL.Batteries_V2.Init();
        return current = new FaultyDisk(folder);
    }

    /// <summary>Lets a later call fail.</summary>
    /// <param name="calls">Which calls count.</param>
    /// <param name="code">SQLite's code of the failure.</param>
    /// <param name="at">The how-manieth of them fails, from 1.</param>
    /// <param name="isLasting">Whether all after it fail too, until <see cref="Heal"/>.</param>
    /// <param name="isTorn">Whether half of a write is written before it fails.</param>
    public void Fail(DiskCall calls, int code, long at, bool isLasting = false, bool isTorn = false)
    {
        lock (gate)
        {
            (this.calls, this.code, this.at, this.isLasting, this.isTorn, seen) = (calls, code, at, isLasting, isTorn, 0);
        }
    }

    /// <summary>From now on nothing fails.</summary>
    public void Heal() => Fail(0, 0, long.MaxValue);

    public void Dispose()
    {
        _ = sqlite3_vfs_unregister((nint)vfs);

        // Otherwise the next in the list would be used where none is named, which may be one that was registered meanwhile.
        Register((nint)usual);
        current = null;
        NativeMemory.Free(vfs);
    }

    private static void Register(nint vfs)
    {
        if (sqlite3_vfs_register(vfs, 1) is var code and not 0)
        {
            throw new InvalidOperationException($"SQLite does not take the file system: {code}.");
        }
    }

    /// <summary>The failure of this call; 0 for none.</summary>
    private static int Next(DiskCall call)
    {
        FaultyDisk? disk = current;
        if (disk is null)
        {
            return 0;
        }

        lock (disk.gate)
        {
            if ((disk.calls & call) == 0)
            {
                return 0;
            }

            disk.seen++;
            return disk.seen == disk.at || (disk.isLasting && disk.seen > disk.at) ? disk.code : 0;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(nint self, byte* path, nint* file, int flags, int* outFlags)
    {
        int result = ((delegate* unmanaged[Cdecl]<nint, byte*, nint*, int, int*, int>)realVfs[OpenWord])(self, path, file, flags, outFlags);
        if (result == 0
            && current is { } disk
            && Marshal.PtrToStringUTF8((nint)path)?.StartsWith(disk.folder, StringComparison.Ordinal) == true)
        {
            lock (faultyMethods)
            {
                if (!faultyMethods.TryGetValue(file[0], out nint methods))
                {
                    faultyMethods.Add(file[0], methods = MakeMethods((nint*)file[0]));
                }

                file[0] = methods;
            }
        }

        return result;
    }

    private static nint MakeMethods(nint* real)
    {
        nint* methods = (nint*)NativeMemory.Alloc(MethodWords + 1, (nuint)sizeof(nint));
        new Span<nint>(real, MethodWords).CopyTo(new Span<nint>(methods, MethodWords));
        methods[MethodWords] = (nint)real;
        methods[ReadWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&Read;
        methods[WriteWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&Write;
        methods[TruncateWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, long, int>)&Truncate;
        methods[SyncWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, int, int>)&Synchronize;
        methods[ShmLockWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, int, int, int, int>)&ShmLock;
        methods[FetchWord] = (nint)(delegate* unmanaged[Cdecl]<nint*, long, int, nint*, int>)&Fetch;
        return (nint)methods;
    }

    /// <summary>
    /// A call of the real disk. The file system with checksums stands before this one and keeps what is behind it in the same place.
    /// </summary>
    private static nint Real(nint* file, int word)
    {
        nint* methods = (nint*)file[0];
        while (methods[ReadWord] != (nint)(delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)&Read)
        {
            methods = (nint*)methods[MethodWords];
        }

        return ((nint*)methods[MethodWords])[word];
    }

    /// <summary>
    /// A lock that was refused on command is not waited for: the busy handler counts what it has asked for, not what time it is. One that
    /// another thread holds is: that thread may not have its turn for long on a busy machine, and SQLite tries only so often.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(nint self, int microseconds) => isRefused
        ? microseconds
        : ((delegate* unmanaged[Cdecl]<nint, int, int>)realVfs[SleepWord])(self, microseconds);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint* file, byte* buffer, int count, long offset) => Next(DiskCall.Read) is var failure and not 0
        ? failure
        : ((delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)Real(file, ReadWord))(file, buffer, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint* file, byte* buffer, int count, long offset)
    {
        int failure = Next(DiskCall.Write);
        if (failure == 0 || current!.isTorn)
        {
            int written = failure == 0 ? count : count / 2;
            int result = ((delegate* unmanaged[Cdecl]<nint*, byte*, int, long, int>)Real(file, WriteWord))(file, buffer, written, offset);
            return failure == 0 ? result : failure;
        }

        return failure;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint* file, long length) => Next(DiskCall.Truncate) is var failure and not 0
        ? failure
        : ((delegate* unmanaged[Cdecl]<nint*, long, int>)Real(file, TruncateWord))(file, length);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Synchronize(nint* file, int flags) => Next(DiskCall.Synchronize) is var failure and not 0
        ? failure
        : ((delegate* unmanaged[Cdecl]<nint*, int, int>)Real(file, SyncWord))(file, flags);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(nint* file, int offset, int count, int flags)
    {
        int failure = (flags & ShmLockFlag) != 0 ? Next(DiskCall.Lock) : 0;
        isRefused = failure != 0;
        return isRefused
            ? failure
            : ((delegate* unmanaged[Cdecl]<nint*, int, int, int, int>)Real(file, ShmLockWord))(file, offset, count, flags);
    }

    /// <summary>No mapped memory: then everything is read with calls, which can fail.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Fetch(nint* file, long offset, int count, nint* page)
    {
        *page = 0;
        return 0;
    }

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint* sqlite3_vfs_find(nint name);

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sqlite3_vfs_register(nint vfs, int makeDefault);

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sqlite3_vfs_unregister(nint vfs);
}
