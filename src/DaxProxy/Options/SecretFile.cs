using Microsoft.Win32.SafeHandles;

namespace DaxProxy.Options;

/// <summary>A file with a secret in it.</summary>
internal static class SecretFile
{
    /// <summary>
    /// Whether others than its owner may read it. Of the file itself, also when links lead to it; never where files have no such rights.
    /// </summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static bool IsExposed(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        using SafeFileHandle file = File.OpenHandle(path);
        return (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0;
    }
}
