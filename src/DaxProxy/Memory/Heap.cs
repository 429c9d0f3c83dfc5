using System.Runtime.InteropServices;

namespace DaxProxy.Memory;

/// <summary>
/// Has the collector take what it would let lie until memory is short: then it may be too late. An allocation fails next to a container's
/// limit, and the process with it.
/// </summary>
internal static class Heap
{
    /// <summary>A heap that is no larger than this is collected in a tenth of a second.</summary>
    private const long LittleMemoryBytes = 512 << 20;

    private static bool hasNativeTrim = OperatingSystem.IsLinux();

    /// <summary>The memory that the process may use.</summary>
    public static long AvailableBytes => GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes;

    /// <summary>What the heap had of the system after the last collection.</summary>
    public static long CommittedBytes => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    /// <summary>Whether the memory is so little that a whole collection takes no more than a moment.</summary>
    public static bool IsLittle => AvailableBytes <= LittleMemoryBytes;

    /// <summary>
    /// Collects and compacts the whole heap, and gives what is free back to the system: also what SQLite and the compiler have freed, which
    /// the C library would keep.
    /// </summary>
    public static void Compact()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (hasNativeTrim)
        {
            try
            {
                _ = TrimNative(0);
            }
            catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
            {
                hasNativeTrim = false;
            }
        }
    }

    /// <summary>Of the GNU C library; others keep less.</summary>
    [DllImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int TrimNative(nuint keptBytes);
}
