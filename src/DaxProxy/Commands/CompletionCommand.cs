using System.CommandLine;

namespace DaxProxy.Commands;

/// <summary>
/// The command <c>completion SHELL</c>: a script by which a shell asks the program how a line can go on, by the directive <c>[suggest]</c>.
/// </summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _daxproxy() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(daxproxy "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _daxproxy daxproxy
            """,
        ["zsh"] = """
            _daxproxy() {
                compadd -- "${(@f)$(daxproxy "[suggest:${CURSOR}]" "${BUFFER}" 2> /dev/null)}"
            }
            compdef _daxproxy daxproxy
            """,
        ["fish"] = """
            complete -c daxproxy -f -a '(daxproxy "[suggest:"(commandline -C)"]" (commandline) 2> /dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName daxproxy -ScriptBlock {
                param($word, $line, $cursor)
                daxproxy "[suggest:$cursor]" "$line" 2> $null | Where-Object { $_ -like "$word*" }
            }
            """,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> shell = new("shell") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        Command command = new("completion", "Write a script that completes the command line, as in: source <(daxproxy completion bash)")
        {
            shell,
        };
        command.SetAction(parsed => Console.WriteLine(Scripts[parsed.GetValue(shell)!]));
        return command;
    }
}
