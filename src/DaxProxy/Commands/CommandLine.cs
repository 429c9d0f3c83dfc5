using System.CommandLine;
using DaxProxy.Hosting;
using DaxProxy.Options;

namespace DaxProxy.Commands;

/// <summary>
/// The command line: <c>daxproxy [serve] [options]</c>, or another command. Arguments override the environment, which overrides the file.
/// </summary>
internal static class CommandLine
{
    private const string DefaultFile = "config/daxproxy.json";

    /// <summary>Runs the command that the arguments ask for; none means <c>serve</c>.</summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="serve">
    /// Serves until the process is told to stop, ready no sooner than the task that it is given; returns the exit code.
    /// </param>
    /// <param name="others">Commands besides, with options of their own.</param>
    public static async Task<int> RunAsync(
        string[] arguments, Func<ProxyOptions, Task, Task<int>> serve, params IEnumerable<Command> others)
    {
        Option<string?> config = new("--config") { Description = "File of options (default: config/daxproxy.json, if it exists)" };
        (Option<string?> Argument, string Path)[] values =
        [
            (Value("--host", "Address to listen on"), "Listen:Host"),
            (Value("--port", "Port of the DynamoDB API"), "Listen:Port"),
            (Value("--dax-port", "Port of the DAX protocol"), "Dax:Port"),
            (Value("--admin-port", "Port of health, statistics and metrics"), "Listen:AdminPort"),
            (Value("--backend", "Kind of backend: local or dynamodb"), "Backend:Kind"),
            (Value("--region", "Region of the remote backend (default: that of AWS_REGION or the AWS profile), and in ARNs"),
                "Backend:Region"),
            (Value("--endpoint", "Address of the remote backend (default: the region's own)"), "Backend:Endpoint"),
            (Value("--data", "Folder of the local engine's data"), "Backend:DataFolder"),
        ];
        Option<bool> inMemory = new("--in-memory") { Description = "Keep nothing on disk" };

        Command serveCommand = new("serve", "Serve until told to stop (the default)");
        RootCommand root = new("A caching proxy for Amazon DynamoDB with a bundled local engine") { serveCommand };
        foreach (Command command in (Command[])[root, serveCommand])
        {
            foreach (Option option in (Option[])[config, inMemory, .. values.Select(value => value.Argument)])
            {
                command.Options.Add(option);
            }

            command.SetAction(ServeAsync);
        }

        foreach (Command other in others)
        {
            root.Subcommands.Add(other);
        }

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
            // to do.
            Task warm = Task.Run(WarmUp.RunAsync, CancellationToken.None);
            OptionsLoader loader = new(MachineRegion.Find);
            if ((result.GetValue(config) ?? FindDefaultFile()) is { } file)
            {
                loader.AddFile(file);
            }

            loader.AddEnvironment(Environment.GetEnvironmentVariables());
            foreach ((Option<string?> argument, string path) in values)
            {
                if (result.GetValue(argument) is { } text)
                {
                    loader.AddArgument(path, text, argument.Name);
                }
            }

            if (result.GetValue(inMemory))
            {
                loader.AddArgument("Backend:InMemory", "true", inMemory.Name);
            }

            return loader.Build() is { } options ? serve(options, warm) : Task.FromResult(Refuse(loader.Faults));
        }
    }

    private static Option<string?> Value(string name, string description) => new(name) { Description = description };

    private static string? FindDefaultFile() => File.Exists(DefaultFile) ? DefaultFile : null;

    private static int Refuse(IEnumerable<string> faults)
    {
        foreach (string fault in faults)
        {
            Console.Error.WriteLine(fault);
        }

        return ExitCode.UsageFault;
    }
}
