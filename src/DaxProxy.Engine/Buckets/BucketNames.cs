using System.Buffers;
using System.Text;

namespace DaxProxy.Engine.Buckets;

/// <summary>
/// Which names of buckets and keys lead to a file within the folder of buckets, on every system. S3 allows more; what it allows and a file
/// system may understand otherwise is refused rather than translated.
/// </summary>
internal static class BucketNames
{
    /// <summary>Longest key. Source: S3's user guide, "Object key names".</summary>
    private const int MaxKeyBytes = 1024;

    /// <summary>What file systems take as the name of one file, less what is added to the name of an unfinished one.</summary>
    private const int MaxPartBytes = 200;

    private const int MaxBucketLength = 255;

    private static readonly SearchValues<char> BucketCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>What Windows does not take within a name; the backslash parts folders there, the colon names a stream.</summary>
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\:*?\"<>|\u007f");

    /// <summary>Names that Windows reserves in every folder, with any extension.</summary>
    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Numbered("COM"), .. Numbered("LPT")], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether this is the name of a bucket.</summary>
    public static bool IsBucket(string bucket) =>
        bucket.Length is > 0 and <= MaxBucketLength && !bucket.AsSpan().ContainsAnyExcept(BucketCharacters)
        && char.IsAsciiLetterOrDigit(bucket[0]) && char.IsAsciiLetterOrDigit(bucket[^1]) && !IsDevice(bucket);

    /// <summary>Whether this is the key of an object: the names of folders and a file, with slashes between them.</summary>
    public static bool IsKey(string key) =>
        Encoding.UTF8.GetByteCount(key) <= MaxKeyBytes && key.Split('/').All(IsPart);

    /// <summary>Whether keys can begin with this: whole names before the last slash, and the beginning of one behind it.</summary>
    public static bool IsPrefix(string prefix)
    {
        string[] parts = prefix.Split('/');
        return Encoding.UTF8.GetByteCount(prefix) <= MaxKeyBytes
            && parts[..^1].All(IsPart)
            && !parts[^1].Any(character => IsForbidden(character));
    }

    private static bool IsPart(string part) =>
        part is not ("" or "." or "..") && Encoding.UTF8.GetByteCount(part) <= MaxPartBytes
        && part[^1] is not ('.' or ' ') && !part.Any(IsForbidden) && !IsDevice(part)
        && !part.EndsWith(BucketWriter.Unfinished, StringComparison.OrdinalIgnoreCase);

    private static bool IsForbidden(char character) =>
        character < ' ' || Forbidden.Contains(character);

    private static bool IsDevice(string name) => Devices.Contains(name.Split('.')[0].TrimEnd(' '));

    private static IEnumerable<string> Numbered(string device) => "123456789\u00b9\u00b2\u00b3".Select(digit => device + digit);
}
