using System.IO.Compression;
using System.Reflection;
using System.Runtime.InteropServices;
using DaxProxy.Engine;
using Microsoft.Win32.SafeHandles;
using SQLitePCL;

namespace DaxProxy.Hosting;

/// <summary>
/// SQLite's library inside the native program of Linux, so that one file is all there is to install. It is loaded from memory where
/// <c>/proc</c> is mounted, and else from a temporary file that is removed at once. Where it is not inside, it lies beside the program.
/// </summary>
internal static class BundledSqlite
{
    private const string Name = "libe_sqlite3.so";

    private static readonly Lazy<nint> Library = new(Load);

    /// <summary>Begins to load it, where it is inside. To be called before SQLite is used, which waits for it.</summary>
    public static void Prepare()
    {
        if (typeof(BundledSqlite).Assembly.GetManifestResourceInfo(Name + ".gz") is not null)
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Find);
            NativeLibrary.SetDllImportResolver(typeof(LocalBackend).Assembly, Find);
            _ = Task.Run(() => Library.Value);
        }
    }

    private static nint Find(string name, Assembly assembly, DllImportSearchPath? path) => name == "e_sqlite3" ? Library.Value : 0;

    private static nint Load()
    {
        using GZipStream content = new(typeof(BundledSqlite).Assembly.GetManifestResourceStream(Name + ".gz")!, CompressionMode.Decompress);
        if (Directory.Exists("/proc/self/fd") && memfd_create(Name, 0) is >= 0 and int descriptor)
        {
            SafeFileHandle memory = new(descriptor, ownsHandle: true);
            return Load(content, new FileStream(memory, FileAccess.Write), $"/proc/self/fd/{descriptor}");
        }

        string path = Path.GetTempFileName();
        try
        {
            return Load(content, new FileStream(path, FileMode.Create, FileAccess.Write), path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static nint Load(Stream content, FileStream copy, string path)
    {
        using (copy)
        {
            content.CopyTo(copy);
            copy.Flush();
            return NativeLibrary.Load(path);
        }
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int memfd_create([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);
}
