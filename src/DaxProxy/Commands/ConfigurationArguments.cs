using System.CommandLine;
using DaxProxy.Options;

namespace DaxProxy.Commands;

/// <summary>The arguments that say how the proxy is configured. They override the environment, which overrides the file.</summary>
internal sealed class ConfigurationArguments
{
    private const string DefaultFile = "config/daxproxy.json";

    private readonly Option<bool> inMemory = new("--in-memory") { Description = "Keep nothing on disk" };
    private readonly (Option<string?> Argument, string Path)[] values =
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

    /// <summary>The argument <c>--config</c>.</summary>
    public Option<string?> File { get; } = new("--config")
    {
        Description = "File of options (default: config/daxproxy.json, if it exists)",
    };

    /// <summary>Adds the arguments to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[File, inMemory, .. values.Select(value => value.Argument)])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>
    /// Gathers what the file, the environment and those of the arguments say that the command has; the caller builds and checks it.
    /// </summary>
    public OptionsLoader Load(ParseResult parsed)
    {
        OptionsLoader loader = new(MachineRegion.Find);
        if ((parsed.GetValue(File) ?? (System.IO.File.Exists(DefaultFile) ? DefaultFile : null)) is { } file)
        {
            loader.AddFile(file);
        }

        loader.AddEnvironment(Environment.GetEnvironmentVariables());
        foreach ((Option<string?> argument, string path) in values)
        {
            if (parsed.GetValue(argument) is { } text)
            {
                loader.AddArgument(path, text, argument.Name);
            }
        }

        if (parsed.GetValue(inMemory))
        {
            loader.AddArgument("Backend:InMemory", "true", inMemory.Name);
        }

        return loader;
    }

    private static Option<string?> Value(string name, string description) => new(name) { Description = description };
}
