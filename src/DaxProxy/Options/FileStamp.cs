using Microsoft.Win32.SafeHandles;

namespace DaxProxy.Options;

/// <summary>What tells one version of a file from another without reading it: when it was written, and its length in bytes.</summary>
/// <remarks>Of the file itself, also when links lead to it: mounted secrets are renewed by turning a link in the path elsewhere.</remarks>
public readonly record struct FileStamp(DateTime WrittenAt, long Length)
{
    /// <summary>The stamp of the file as it is now.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStamp Of(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        return new FileStamp(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
    }
}
