namespace DaxProxy.Engine.Storage.Files;

/// <summary>
/// Makes folders and files that only their owner may read and write: the items in them are not for every user of the machine.
/// </summary>
/// <remarks>
/// What is there already keeps the rights that its owner gave it. Where files have no such rights (Windows), those of the folder hold.
/// SQLite gives what it makes beside a database, its log among them, the rights and the owner of the database. What root makes belongs to
/// the owner of the folder that it is in.
/// </remarks>
internal static class PrivateFiles
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    /// <summary>Numbers of errors that say that another process holds a lock: of Windows, Linux, and macOS.</summary>
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LockHeldOnLinux = 11;
    private const int LockHeldOnMac = 35;

    /// <summary>Makes a folder, and those above it, where they are missing.</summary>
    public static void CreateFolder(string path)
    {
        string whole = Path.GetFullPath(path);
        if (OperatingSystem.IsWindows() || Directory.Exists(whole))
        {
            Directory.CreateDirectory(whole);
            return;
        }

        // The runtime would give the rights to the last folder only.
        if (Path.GetDirectoryName(whole) is { } parent)
        {
            CreateFolder(parent);
        }

        Directory.CreateDirectory(whole, OwnersFolder);
        if (Path.GetDirectoryName(whole) is { } folder)
        {
            FileOwner.Copy(folder, whole);
        }
    }

    /// <summary>Opens a file for reading and writing, and for this process alone; makes it where it is missing.</summary>
    public static FileStream Open(string path)
    {
        if (FileOwner.MayChange)
        {
            Touch(path);
        }

        return new FileStream(path, Options(FileMode.OpenOrCreate, FileShare.None));
    }

    /// <summary>Makes a file that is not there yet, for this process alone until it is closed.</summary>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public static FileStream Create(string path)
    {
        FileStream file = new(path, Options(FileMode.CreateNew, FileShare.None));
        FileOwner.Copy(Path.GetDirectoryName(Path.GetFullPath(path))!, path);
        return file;
    }

    /// <summary>
    /// Makes an empty file where there is none, which SQLite takes for a new database. One that is there is not opened: closing it would
    /// let go of the locks that this process has on it.
    /// </summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write it.</exception>
    public static void Touch(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                new FileStream(path, Options(FileMode.CreateNew, FileShare.ReadWrite)).Dispose();
                FileOwner.Copy(Path.GetDirectoryName(Path.GetFullPath(path))!, path);
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
    }

    /// <summary>Gives a file the rights of another one, whose place it is to take, and as root its owner.</summary>
    /// <exception cref="IOException">They could not be read or set.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not set them.</exception>
    public static void CopyRights(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
            FileOwner.Copy(from, to);
        }
    }

    /// <summary>Whether a file could not be opened because another process has it.</summary>
    public static bool IsHeldByAnother(IOException fault) =>
        fault.HResult == (OperatingSystem.IsWindows() ? SharingViolation : OperatingSystem.IsMacOS() ? LockHeldOnMac : LockHeldOnLinux);

    private static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersFile;
        }

        return options;
    }
}
