using System.CommandLine;
using System.Globalization;
using DaxProxy.Engine.AttributeLists;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Storage.Checksums;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Commands;

/// <summary>
/// The commands <c>data check FOLDER</c>, which reads every page of a store that no process has open and says which are damaged, <c>data
/// backup FOLDER COPY</c>, which copies a data folder while it is in use or not, and <c>data restore COPY FOLDER</c>.
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
        check.SetAction((parsed, _) => Task.FromResult(Check(parsed.GetValue(folder)!, Console.Out, Console.Error)));
        return new Command("data", "Look after the data of the local engine")
        {
            check,
            CopyCommand("backup", "Copy a data folder, also while a process serves it, into a new folder", "folder", "copy"),
            CopyCommand("restore", "Make a data folder of a copy", "copy", "folder"),
        };
    }

    /// <summary>Copies a data folder. Returns the exit code.</summary>
    /// <param name="from">The data folder, or a copy of one.</param>
    /// <param name="to">The folder to make, or an empty one.</param>
    /// <param name="output">Where to say what was done, and on a terminal how far it is.</param>
    /// <param name="errors">Where to say why nothing was.</param>
    /// <param name="isTerminal">Whether the output is a terminal.</param>
    /// <param name="cancellationToken">Gives up, and leaves nothing behind.</param>
    internal static async Task<int> CopyAsync(
        string from, string to, TextWriter output, TextWriter errors, bool isTerminal, CancellationToken cancellationToken)
    {
        try
        {
            Action<double>? progress = isTerminal ? part => output.Write($"\r{Bar(part)}") : null;
            await StoreCopy.RunAsync(from, to, TimeProvider.System, progress, cancellationToken).ConfigureAwait(false);
            AttributeListStore.Copy(from, to);
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
        command.SetAction((parsed, cancellationToken) => CopyAsync(
            parsed.GetValue(from)!, parsed.GetValue(to)!, Console.Out, Console.Error, !Console.IsOutputRedirected, cancellationToken));
        return command;
    }

    private static string Bar(double part) =>
        $"[{new string('#', (int)(part * BarWidth)).PadRight(BarWidth, '.')}] {part.ToString("P0", CultureInfo.InvariantCulture)}";

    /// <summary>Checks a store. Returns the exit code.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="output">Where to say what was found.</param>
    /// <param name="errors">Where to say why nothing was.</param>
    internal static int Check(string folder, TextWriter output, TextWriter errors)
    {
        StoreCheck check;
        try
        {
            check = StoreCheck.Run(folder);
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
