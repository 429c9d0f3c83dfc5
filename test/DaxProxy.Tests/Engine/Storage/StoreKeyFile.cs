using System.Security.Cryptography;
using DaxProxy.Engine.Storage.Encryption;

namespace DaxProxy.Tests.Engine.Storage;

/// <summary>Files with keys for stores.</summary>
internal static class StoreKeyFile
{
    /// <summary>A key from a file that is gone again.</summary>
    public static IStoreKey Random()
    {
        string file = Path.Combine(Path.GetTempPath(), "daxproxy-key-" + Path.GetRandomFileName());
        try
        {
            Write(file);
            return KeyFile.Read(file, "Backend:EncryptionKeyFile");
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Writes a random key to a file for its owner only.</summary>
    public static void Write(string file)
    {
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
