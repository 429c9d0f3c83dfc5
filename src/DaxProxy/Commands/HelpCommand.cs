using System.CommandLine;

namespace DaxProxy.Commands;

/// <summary>The command <c>help [COMMAND]</c>: what <c>COMMAND --help</c> says.</summary>
internal static class HelpCommand
{
    /// <summary>The command.</summary>
    /// <param name="root">The command whose help it gives, and that of those below it.</param>
    public static Command Create(RootCommand root)
    {
        Argument<string[]> words = new("command") { Description = "The command to tell about", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("help", "Say what there is, or what a command does") { words };
        command.SetAction((parsed, cancellationToken) =>
            root.Parse([.. parsed.GetValue(words) ?? [], "--help"]).InvokeAsync(cancellationToken: cancellationToken));
        return command;
    }
}
