using System.Runtime.InteropServices;

namespace DaxProxy.Engine.Storage.Files;

/// <summary>Makes sure that what a folder lists is on the disk: names that were given to files outlive a loss of power.</summary>
/// <remarks>
/// .NET cannot synchronise a folder. SQLite can, on every platform: when it deletes a file for good. So a file is made to be deleted.
/// </remarks>
internal static unsafe class FolderSync
{
    private const string Name = "daxproxy.sync";

    /// <summary>Synchronises a folder.</summary>
    /// <exception cref="IOException">It could not be.</exception>
    public static void Run(string folder)
    {
        SQLitePCL.Batteries_V2.Init();
        string file = Path.Combine(Path.GetFullPath(folder), Name);
        PrivateFiles.Touch(file);
        Vfs* vfs = (Vfs*)sqlite3_vfs_find(0);
        nint path = Marshal.StringToCoTaskMemUTF8(file);
        int code = ((delegate* unmanaged[Cdecl]<Vfs*, nint, int, int>)vfs->Delete)(vfs, path, 1);
        Marshal.FreeCoTaskMem(path);
        if (code != 0)
        {
            throw new IOException($"the folder {folder} could not be synchronised (SQLite error {code})");
        }
    }

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern nint sqlite3_vfs_find(nint name);

    /// <summary>The beginning of <c>sqlite3_vfs</c>. Source: sqlite3.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileBytes;
        public int PathBytes;
        public nint Next;
        public nint Name;
        public nint Data;
        public nint Open;
        public nint Delete;
    }
}
