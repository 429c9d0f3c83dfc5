using System.CommandLine;
using System.Globalization;
using DaxProxy.Backends.Keys;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Engine.Services;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Seals;
using DaxProxy.Engine.Storage.Encryption;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Commands;

/// <summary>
/// The commands <c>data check FOLDER</c>, which reads every page of a store that no process has open and says which are damaged, <c>data
/// backup FOLDER COPY</c>, which copies a data folder while it is in use or not, <c>data restore COPY FOLDER</c>, <c>data encrypt
/// FOLDER</c>, which encrypts a store that was not, and <c>data rewrap FOLDER</c>, which gives an encrypted one another key.
/// </summary>
internal static class DataCommand
{
    /// <summary>Exit code for a store that is damaged or cannot be checked.</summary>
    private const int Fault = 1;

    private const int BarWidth = 40;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "The data folder, as in --data" };
        Command check = new("check", "Read every page of the store and say which are not what was written; exit code 0 for none")
        {
            folder,
        };
        KeyArguments key = new();
        key.AddTo(check);
        check.SetAction(parsed => Check(parsed.GetValue(folder)!, () => key.Find(parsed), Console.Out, Console.Error));
        return new Command("data", "Look after the data of the local engine")
        {
            check,
            CopyCommand("backup", "Copy a data folder, also while a process serves it, into a new folder", "folder", "copy"),
            CopyCommand("restore", "Make a data folder of a copy", "copy", "folder"),
            EncryptCommand(),
            RewrapCommand(),
        };
    }

    /// <summary>Copies a data folder. Returns the exit code.</summary>
    /// <param name="from">The data folder, or a copy of one.</param>
    /// <param name="to">The folder to make, or an empty one.</param>
    /// <param name="key">Asked for the key of an encrypted store.</param>
    /// <param name="output">Where to say what was done, and on a terminal how far it is.</param>
    /// <param name="errors">Where to say why nothing was.</param>
    /// <param name="isTerminal">Whether the output is a terminal.</param>
    /// <param name="cancellationToken">Gives up, and leaves nothing behind.</param>
    internal static async Task<int> CopyAsync(
        string from,
        string to,
        Func<IStoreKey?> key,
        TextWriter output,
        TextWriter errors,
        bool isTerminal,
        CancellationToken cancellationToken)
    {
        try
        {
            Action<double>? progress = isTerminal ? part => output.Write($"\r{Bar(part)}") : null;
            await StoreCopy.RunAsync(from, to, key, TimeProvider.System, progress, cancellationToken).ConfigureAwait(false);
            AttributeListStore.Copy(from, to);
            ServiceStore.Copy(from, to);
        }
        catch (StorageException fault)
        {
            errors.WriteLine(fault.Message);
            return Fault;
        }
        catch (OperationCanceledException)
        {
            errors.WriteLine($"{(isTerminal ? "\r" : "")}Given up; there is no copy in {to}.");
            return Fault;
        }

        output.WriteLine($"{(isTerminal ? "\r" : "")}{from} is copied to {to}{(isTerminal ? new string(' ', BarWidth) : "")}");
        return 0;
    }

    private static Command CopyCommand(string name, string description, string source, string target)
    {
        Argument<string> from = new(source)
        {
            Description = source == "copy" ? "A folder that data backup made" : "The data folder, as in --data",
        };
        Argument<string> to = new(target) { Description = "A folder to make, or an empty one" };
        Command command = new(name, description) { from, to };
        KeyArguments key = new();
        key.AddTo(command);
        command.SetAction((parsed, cancellationToken) => CopyAsync(
            parsed.GetValue(from)!,
            parsed.GetValue(to)!,
            () => key.Find(parsed),
            Console.Out,
            Console.Error,
            !Console.IsOutputRedirected,
            cancellationToken));
        return command;
    }

    private static Command EncryptCommand()
    {
        Argument<string> folder = new("folder") { Description = "The data folder, as in --data" };
        KeyArguments key = new();
        Command command = new("encrypt", "Encrypt a store that no process has open, with the key that is named or configured") { folder };
        key.AddTo(command);
        command.SetAction(parsed => Encrypt(parsed.GetValue(folder)!, () => key.Find(parsed), Console.Out, Console.Error));
        return command;
    }

    private static Command RewrapCommand()
    {
        Argument<string> folder = new("folder") { Description = "The data folder, as in --data" };
        Option<string?> newFile = new("--new-encryption-key-file") { Description = "File with the new key" };
        Option<string?> newKms = new("--new-kms-key-id") { Description = "New key of AWS KMS" };
        KeyArguments key = new();
        Command command = new("rewrap", "Give an encrypted store another key; its pages stay as they are") { folder, newFile, newKms };
        key.AddTo(command);
        command.SetAction(parsed => Rewrap(
            parsed.GetValue(folder)!,
            () => key.Find(parsed),
            () => StoreKeys.Of(
                (parsed.GetValue(newFile) ?? "", newFile.Name), (parsed.GetValue(newKms) ?? "", newKms.Name), key.RegionOf(parsed)),
            Console.Out,
            Console.Error));
        return command;
    }

    /// <summary>Encrypts a store. Returns the exit code.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="key">Asked for the key.</param>
    /// <param name="output">Where to say what it takes, and what was done.</param>
    /// <param name="errors">Where to say why nothing was.</param>
    internal static int Encrypt(string folder, Func<IStoreKey?> key, TextWriter output, TextWriter errors)
    {
        try
        {
            long size = StoreEncryption.SizeOf(folder), free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
            IStoreKey found = key() ?? throw new StorageException(
                "No key is named; use --encryption-key-file or --kms-key-id, or set Backend.EncryptionKeyFile or Backend.KmsKeyId.");
            output.WriteLine($"An encrypted copy is made beside the store: {Megabytes(size)} of {Megabytes(free)} that are free.");
            long encrypted = StoreEncryption.Encrypt(folder, found, TimeProvider.System);
            output.WriteLine(
                $"{folder} is encrypted, {Megabytes(encrypted)}. The disk may still hold what was deleted: the store in the clear.");
            return 0;
        }
        catch (StorageException fault)
        {
            errors.WriteLine(fault.Message);
            return Fault;
        }
    }

    /// <summary>Gives an encrypted store another key. Returns the exit code.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="key">Asked for the key until now.</param>
    /// <param name="newKey">Asked for the key from now on.</param>
    /// <param name="output">Where to say what was done.</param>
    /// <param name="errors">Where to say why nothing was.</param>
    internal static int Rewrap(string folder, Func<IStoreKey?> key, Func<IStoreKey?> newKey, TextWriter output, TextWriter errors)
    {
        try
        {
            IStoreKey next = newKey() ?? throw new StorageException(
                "No new key is named; use --new-encryption-key-file or --new-kms-key-id.");
            IStoreKey now = key() ?? throw new StorageException(
                "The store's key is not named; use --encryption-key-file or --kms-key-id, or set the option of the same name.");
            StoreEncryption.Rewrap(folder, now, next, TimeProvider.System);
            output.WriteLine($"{folder} has the new key from the next start on. Copies that were made before keep the old one.");
            return 0;
        }
        catch (StorageException fault)
        {
            errors.WriteLine(fault.Message);
            return Fault;
        }
    }

    private static string Megabytes(long bytes) => $"{(bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture)} MB";

    private static string Bar(double part) =>
        $"[{new string('#', (int)(part * BarWidth)).PadRight(BarWidth, '.')}] {part.ToString("P0", CultureInfo.InvariantCulture)}";

    /// <summary>Checks a store. Returns the exit code.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="key">Asked for the key of an encrypted store.</param>
    /// <param name="output">Where to say what was found.</param>
    /// <param name="errors">Where to say why nothing was.</param>
    internal static int Check(string folder, Func<IStoreKey?> key, TextWriter output, TextWriter errors)
    {
        StoreCheck check;
        try
        {
            check = StoreCheck.Run(folder, key);
        }
        catch (StorageException fault)
        {
            errors.WriteLine(fault.Message);
            return Fault;
        }

        foreach ((DamagedPage page, string? tree) in check.Damaged)
        {
            output.WriteLine($"{page} is damaged" + (tree is null ? "" : $": part of {tree}"));
        }

        string how = check.HasChecksums
            ? ""
            : "; it has no checksums, so only its structure was checked: start once with Backend.Checksums=true";
        output.WriteLine($"{check.File}: {check.Pages} pages, {check.Damaged.Count} damaged{how}");
        return check.Damaged.Count == 0 ? 0 : Fault;
    }
}
