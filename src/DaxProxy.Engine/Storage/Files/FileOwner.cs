using System.Runtime.InteropServices;

namespace DaxProxy.Engine.Storage.Files;

/// <summary>
/// Whose files are that this process makes as root: a command that an operator runs as root must leave nothing in the folder of a service
/// that the service cannot open.
/// </summary>
/// <remarks>Of Linux. Elsewhere, and for any other user, files are of who makes them.</remarks>
internal static unsafe class FileOwner
{
    private const int CurrentFolder = -100;
    private const uint OwnerAndGroup = 0x18;
    private const uint Root = 0;

    /// <summary>Whether this process may make files of others.</summary>
    public static bool MayChange { get; } = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;

    /// <summary>
    /// Gives a file or folder the owner and group of another one, where root makes it for another user. Where the system does not let it,
    /// as on some network drives, it stays root's.
    /// </summary>
    public static void Copy(string from, string to)
    {
        if (!MayChange)
        {
            return;
        }

        Status status = default;
        nint source = Marshal.StringToCoTaskMemUTF8(from), target = Marshal.StringToCoTaskMemUTF8(to);
        try
        {
            if (statx(CurrentFolder, source, 0, OwnerAndGroup, &status) == 0 && (status.Owner != Root || status.Group != Root))
            {
                // Of a link that was put in the place of the file, the link is given away, and not what it leads to.
                _ = lchown(target, status.Owner, status.Group);
            }
        }
        catch (EntryPointNotFoundException)
        {
            // A C library of before 2018.
        }
        finally
        {
            Marshal.FreeCoTaskMem(source);
            Marshal.FreeCoTaskMem(target);
        }
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, nint path, int flags, uint mask, Status* status);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lchown(nint path, uint owner, uint group);

    /// <summary>What is needed of <c>struct statx</c>, which is the same on all machines. Source: statx(2).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(24)]
        public uint Group;
    }
}
