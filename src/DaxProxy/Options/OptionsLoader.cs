using System.Collections;
using System.Text.Json;

namespace DaxProxy.Options;

/// <summary>
/// Makes the options of built-in defaults, a file, the environment and the command line, each overriding the one before, and collects
/// every fault on the way: an operator mends a configuration once, not once per line.
/// </summary>
/// <param name="regionOfMachine">
/// Asked for the region of a remote backend when no source sets one, and told whether it is AWS; null where the machine is not to be asked.
/// </param>
/// <remarks>For one thread, used once.</remarks>
internal sealed class OptionsLoader(Func<bool, string?>? regionOfMachine = null)
{
    /// <summary>What the name of an environment variable begins with that sets an option: <c>DAXPROXY__Listen__Port</c>.</summary>
    public const string EnvironmentPrefix = "DAXPROXY__";

    private static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8, AllowDuplicateProperties = false };

    private readonly Dictionary<(OptionKey Key, string? Table), (string Text, string Source)> values = [];
    private readonly List<string> faults = [];

    /// <summary>What is wrong, one line each; complete after <see cref="Build"/>.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>Where the value of an option comes from: a file and path, a variable, an argument; null for the built-in default.</summary>
    /// <param name="key">The option.</param>
    /// <param name="table">The table, by name or pattern; null for an option that is not per table.</param>
    public string? SourceOf(OptionKey key, string? table) => values.TryGetValue((key, table), out var given) ? given.Source : null;

    /// <summary>Takes over a file: JSON with comments, an object per section.</summary>
    public void AddFile(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            AddDocument(path, document.RootElement);
        }
        catch (JsonException exception)
        {
            faults.Add($"{path}: no JSON at line {exception.LineNumber + 1}, mend or remove it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            faults.Add($"--config {path}: cannot be read, name a file that exists and is readable");
        }
    }

    /// <summary>Takes over the variables that begin with <see cref="EnvironmentPrefix"/>; others are ignored.</summary>
    public void AddEnvironment(IDictionary variables)
    {
        foreach (DictionaryEntry variable in variables)
        {
            string name = (string)variable.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
            {
                Add(PathOf(name[EnvironmentPrefix.Length..]), (string?)variable.Value ?? "", name);
            }
        }
    }

    /// <summary>Takes over one value of the command line.</summary>
    /// <param name="path">Path of the option.</param>
    /// <param name="text">The value as given.</param>
    /// <param name="argument">Name of the argument, to speak of in a fault.</param>
    public void AddArgument(string path, string text, string argument) => Add(path, text, argument);

    /// <summary>Reads and checks everything. Null when there are <see cref="Faults"/>.</summary>
    public ProxyOptions? Build()
    {
        ProxyOptions options = new();
        foreach (((OptionKey key, string? table), (string text, string source)) in values)
        {
            object? value = null;
            if ((table is null ? null : OptionRules.CheckTable(key, table)) is { } fault
                || (fault = key.TryRead(text, out value)) is not null)
            {
                faults.Add($"{source}: {fault}");
            }
            else
            {
                key.Set(options, table, value);
            }
        }

        if (options.Backend is { Kind: BackendKind.DynamoDb, Region: BackendOptions.AutoRegion } backend)
        {
            string region = regionOfMachine?.Invoke(backend.Endpoint == BackendOptions.Aws) ?? BackendOptions.AutoRegion;
            options = options with { Backend = backend with { Region = region } };
            if (OptionKey.Find("Backend:Region", out _)!.TryRead(region, out _) is { } fault)
            {
                faults.Add($"Backend:Region: that of the machine's AWS configuration, {fault}");
            }
        }

        faults.AddRange(OptionRules.Check(options));
        return faults.Count == 0 ? options : null;
    }

    private void AddDocument(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            faults.Add($"{path}: holds no JSON object, write one with a member per section");
            return;
        }

        foreach (JsonProperty section in root.EnumerateObject())
        {
            if (section.Value.ValueKind != JsonValueKind.Object)
            {
                faults.Add(IsSection(section.Name)
                    ? $"{path}: {section.Name} is a section, write an object with its options"
                    : UnknownKey($"{path}: {section.Name}", ""));
                continue;
            }

            if (IsSection(section.Name, isPerTable: true))
            {
                AddTables(path, section);
            }
            else
            {
                AddOptions(path, section.Name, section.Value);
            }

            if (!IsSection(section.Name) && !section.Value.EnumerateObject().Any())
            {
                faults.Add(UnknownKey($"{path}: {section.Name}", ""));
            }
        }
    }

    private void AddTables(string path, JsonProperty section)
    {
        foreach (JsonProperty table in section.Value.EnumerateObject())
        {
            string name = $"{section.Name}:{table.Name}";
            if (table.Value.ValueKind == JsonValueKind.Object)
            {
                AddOptions(path, name, table.Value);
            }
            else
            {
                faults.Add($"{path}: {name} is a table, write an object with its options");
            }
        }
    }

    private void AddOptions(string path, string owner, JsonElement options)
    {
        foreach (JsonProperty option in options.EnumerateObject())
        {
            string key = $"{owner}:{option.Name}";
            bool isString = option.Value.ValueKind == JsonValueKind.String;
            Add(key, isString ? option.Value.GetString()! : option.Value.GetRawText(), $"{path}: {key}");
        }
    }

    private void Add(string path, string text, string source)
    {
        if (OptionKey.Find(path, out string? table) is { } key)
        {
            values[(key, table)] = (text, source);
        }
        else
        {
            faults.Add(UnknownKey(source, path));
        }
    }

    /// <summary>The first and the last two underscores part section, table and option; there may be more in a table's name.</summary>
    private static string PathOf(string variable)
    {
        const string Separator = "__";
        int first = variable.IndexOf(Separator, StringComparison.Ordinal), last = variable.LastIndexOf(Separator, StringComparison.Ordinal);
        return first < 0 ? variable
            : last < first + Separator.Length ? $"{variable[..first]}:{variable[(first + Separator.Length)..]}"
            : $"{variable[..first]}:{variable[(first + Separator.Length)..last]}:{variable[(last + Separator.Length)..]}";
    }

    private static bool IsSection(string name, bool? isPerTable = null) => OptionKey.All.Any(
        key => string.Equals(key.Section, name, StringComparison.OrdinalIgnoreCase)
            && key.IsPerTable == (isPerTable ?? key.IsPerTable));

    private static string UnknownKey(string source, string path)
    {
        string[] parts = path.Split(':');
        string section = parts[0];
        if (parts.Length == 2 && IsSection(section, isPerTable: true))
        {
            return $"{source}: names no table, write it between {section} and the option";
        }

        IEnumerable<string> known = IsSection(section)
            ? OptionKey.All
                .Where(key => string.Equals(key.Section, section, StringComparison.OrdinalIgnoreCase))
                .Select(key => key.Name)
            : OptionKey.All.Select(key => key.Section).Distinct();
        return $"{source}: no such option, remove it or use one of {string.Join(", ", known)}";
    }
}
