using Microsoft.Win32.SafeHandles;

namespace DaxProxy.Options;

/// <summary>What tells one version of a file from another without reading it: when it was written, and its length in bytes.</summary>
/// <remarks>Of the file itself, also when links lead to it: mounted secrets are renewed by turning a link in the path elsewhere.</remarks>
internal readonly record struct FileStamp(DateTime WrittenAt, long Length)
{
    /// <summary>The stamp of the file as it is now.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStamp Of(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        return new FileStamp(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
    }

    /// <summary>Throws when a file that an option names cannot be read.</summary>
    /// <param name="option">The option: <c>Listen:CertificateFile</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it should be: <c>a PEM file</c>.</param>
    /// <exception cref="IOException">It cannot. The message names the option and the remedy.</exception>
    public static void Require(string option, string path, string kind)
    {
        try
        {
            Of(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException($"{option}: {path} cannot be read; name {kind} that exists and is readable", exception);
        }
    }
}
