using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Files;
using Microsoft.Data.Sqlite;

namespace DaxProxy.Engine.Storage;

/// <summary>
/// Copies of a store that is being served, asked for by another process that may write its folder: a file in it says so, and the copy
/// appears beside it. So who may have the data is who may read it anyway, and no port hands it out.
/// </summary>
internal sealed class CopyRequests
{
    private const string RequestName = "daxproxy.copy-request";
    private const string CopyPrefix = "daxproxy.copy-";

    private readonly string folder;
    private readonly StoreSeal seal;

    /// <summary>Serves a folder, and removes what a process that was killed has left of copies.</summary>
    /// <param name="folder">The data folder, which this process has.</param>
    /// <param name="seal">How the store's pages are sealed.</param>
    public CopyRequests(string folder, StoreSeal seal)
    {
        (this.folder, this.seal) = (folder, seal);
        RemoveLeft(folder);
    }

    /// <summary>Removes what a process that was killed has left of copies, in a folder whose lock this process has.</summary>
    public static void RemoveLeft(string folder)
    {
        foreach (string left in Directory.EnumerateFiles(folder, CopyPrefix + "*"))
        {
            File.Delete(left);
        }

        // The folder may have been meant to be a copy.
        string part = PartOf(Path.Combine(folder, StoreFile.Name));
        File.Delete(part);
        File.Delete(part + "-journal");
    }

    /// <summary>Where a copy grows until it is whole.</summary>
    public static string PartOf(string copy) => copy + ".part";

    /// <summary>Asks the process that has the store of a folder for a copy.</summary>
    /// <exception cref="IOException">Another one is being made.</exception>
    public static Request Ask(string folder)
    {
        string name = Path.GetRandomFileName(), file = Path.Combine(folder, RequestName);
        string part = PartOf(Path.Combine(folder, CopyPrefix + "request-" + name));
        if (File.Exists(file))
        {
            throw new IOException("another copy is being made");
        }

        PrivateFiles.Touch(part);
        File.WriteAllText(part, name);
        File.Move(part, file);
        return new Request(file, Path.Combine(folder, CopyPrefix + name));
    }

    /// <summary>Makes the copy that is asked for, if one is.</summary>
    public Task ServeAsync(CancellationToken cancellationToken)
    {
        string request = Path.Combine(folder, RequestName);
        if (File.Exists(request))
        {
            Serve(request, cancellationToken);
        }

        return Task.CompletedTask;
    }

    private void Serve(string file, CancellationToken cancellationToken)
    {
        // The name comes from a file: only its last part counts.
        Request request = new(file, Path.Combine(folder, CopyPrefix + Path.GetFileName(File.ReadAllText(file))));
        try
        {
            StoreCopy.Write(Path.Combine(folder, StoreFile.Name), request.Copy, seal, cancellationToken);
            if (!File.Exists(file))
            {
                // The process that asked has given up.
                request.Withdraw();
            }
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or SqliteException or DamagedPageException)
        {
            PrivateFiles.Touch(request.Fault);
            File.WriteAllText(request.Fault, exception.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>A copy that was asked for.</summary>
    /// <param name="File">What says so.</param>
    /// <param name="Copy">Where the copy appears when it is whole.</param>
    public sealed record Request(string File, string Copy)
    {
        /// <summary>Where it says that there will be none, and why.</summary>
        public string Fault => Copy + ".fault";

        /// <summary>Removes all that there is of it.</summary>
        public void Withdraw()
        {
            System.IO.File.Delete(File);
            System.IO.File.Delete(Copy);
            System.IO.File.Delete(Fault);
        }
    }
}
