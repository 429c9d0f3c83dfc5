using System.Diagnostics;
using NUnit.Framework;

namespace DaxProxy.Conformance.Durability;

/// <summary>A file system of a few megabytes in memory, mounted for one test. Needs Linux and the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Mounts one, or has the test ignored where that is not allowed.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-small-").FullName;
        if (!OperatingSystem.IsLinux() || !TryRun("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder))
        {
            Directory.Delete(folder);
            Assert.Ignore("Needs the right to mount a file system (Linux, root).");
        }

        return new SmallDisk(folder);
    }

    /// <summary>From now on it takes no writes.</summary>
    public void MakeReadOnly() => Assert.That(TryRun("mount", "-o", "remount,ro", Folder));

    public void Dispose()
    {
        if (TryRun("umount", Folder))
        {
            Directory.Delete(Folder);
        }
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
