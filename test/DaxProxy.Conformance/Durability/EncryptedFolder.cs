using System.Security.Cryptography;
using System.Text;

namespace DaxProxy.Conformance.Durability;

/// <summary>The data folder of an encrypted store, as who has the disk sees it.</summary>
internal static class EncryptedFolder
{
    /// <summary>The least letters in a row that <see cref="Writer"/> makes values of.</summary>
    private const int Run = 40;

    /// <summary>Writes a random key to a file for its owner only. Returns the file.</summary>
    public static string WriteKey(string folder)
    {
        string file = Path.Combine(folder, "key-" + Path.GetRandomFileName());
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }

    /// <summary>Whether any file of a folder has a value of <see cref="Writer"/> in the clear.</summary>
    public static bool HoldsValues(string folder) => Directory.GetFiles(folder).Select(File.ReadAllBytes)
        .Any(bytes => Enumerable.Range('a', 26).Any(
            letter => bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(new string((char)letter, Run))) >= 0));
}
