using System.CommandLine;
using System.Runtime.CompilerServices;
using DaxProxy.Hosting;
using DaxProxy.Options;

namespace DaxProxy.Commands;

/// <summary>The command line: <c>daxproxy [serve] [options]</c>, or another command.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments ask for; none means <c>serve</c>.</summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="serve">
    /// Serves until the process is told to stop, ready no sooner than the task that it is given; returns the exit code.
    /// </param>
    /// <param name="others">Commands besides, with options of their own.</param>
    public static async Task<int> RunAsync(
        string[] arguments, Func<ProxyOptions, Task, Task<int>> serve, params IEnumerable<Command> others)
    {
        ConfigurationArguments configuration = new();
        Option<bool> untilInputEnds = new("--until-input-ends") { Description = "End when standard input does", Hidden = true };
        Command serveCommand = new("serve", "Serve until told to stop (the default)");
        RootCommand root = new("A caching proxy for Amazon DynamoDB with a bundled local engine") { serveCommand };
        foreach (Command command in (Command[])[root, serveCommand])
        {
            configuration.AddTo(command);
            command.Options.Add(untilInputEnds);
            command.SetAction(ServeAsync);
        }

        foreach (Command other in others)
        {
            root.Subcommands.Add(other);
        }

        root.Subcommands.Add(HelpCommand.Create(root));
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return Refuse(parsed.Errors.Select(error => error.Message));
        }

        // Signals are the server's to handle: it drains, and then the process ends of itself.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);

        Task<int> ServeAsync(ParseResult result, CancellationToken cancellationToken)
        {
            // From here to the first answer most of the time is taken by what loads and compiles, and a second processor has nothing else
            // to do. A native program has nothing to compile.
            Task warm = RuntimeFeature.IsDynamicCodeCompiled ? Task.Run(WarmUp.RunAsync, CancellationToken.None) : Task.CompletedTask;
            if (result.GetValue(untilInputEnds))
            {
                _ = Task.Run(EndWithInputAsync, CancellationToken.None);
            }

            OptionsLoader loader = configuration.Load(result);
            return loader.Build() is { } options ? serve(options, warm) : Task.FromResult(Refuse(loader.Faults));
        }
    }

    /// <summary>What starts this process for itself only holds the other end of standard input until it ends, however that is.</summary>
    private static async Task EndWithInputAsync()
    {
        Stream input = Console.OpenStandardInput();
        await input.CopyToAsync(Stream.Null).ConfigureAwait(false);
        Environment.Exit(0);
    }

    /// <summary>Says what is wrong with the command line or the configuration, a line each. Returns the exit code.</summary>
    public static int Refuse(IEnumerable<string> faults)
    {
        foreach (string fault in faults)
        {
            Console.Error.WriteLine(fault);
        }

        return ExitCode.UsageFault;
    }
}
