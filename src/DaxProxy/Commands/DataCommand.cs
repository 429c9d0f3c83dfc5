using System.CommandLine;
using DaxProxy.Engine.Storage.Checksums;
using DaxProxy.Engine.Storage.Files;

namespace DaxProxy.Commands;

/// <summary>
/// The command <c>data check FOLDER</c>: reads every page of a store that no process has open and says which are damaged.
/// </summary>
internal static class DataCommand
{
    /// <summary>Exit code for a store that is damaged or cannot be checked.</summary>
    private const int Fault = 1;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> folder = new("folder") { Description = "The data folder, as in --data" };
        Command check = new("check", "Read every page of the store and say which are not what was written; exit code 0 for none")
        {
            folder,
        };
        check.SetAction((parsed, _) => Task.FromResult(Check(parsed.GetValue(folder)!, Console.Out, Console.Error)));
        return new Command("data", "Look after the data of the local engine while it is not running") { check };
    }

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
