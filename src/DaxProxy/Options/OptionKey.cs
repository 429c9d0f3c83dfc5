using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace DaxProxy.Options;

/// <summary>One option: its section, its name, and how to read it from text.</summary>
/// <remarks>
/// The properties of a section's record are its options, so that a property is all it takes to add one. Only the sections are listed, each
/// with its type, so that a native build keeps those properties. An option of section <c>Tables</c> exists for as many tables as are
/// configured. Immutable.
/// </remarks>
internal sealed class OptionKey
{
    private static readonly Lazy<IReadOnlyList<OptionKey>> Known = new(() =>
    [
        .. Of<ListenOptions>(nameof(ProxyOptions.Listen), options => options.Listen),
        .. Of<AdminOptions>(nameof(ProxyOptions.Admin), options => options.Admin),
        .. Of<DaxOptions>(nameof(ProxyOptions.Dax), options => options.Dax),
        .. Of<BackendOptions>(nameof(ProxyOptions.Backend), options => options.Backend),
        .. Of<ResilienceOptions>(nameof(ProxyOptions.Resilience), options => options.Resilience),
        .. Of<ItemCacheOptions>(nameof(ProxyOptions.ItemCache), options => options.ItemCache),
        .. Of<QueryCacheOptions>(nameof(ProxyOptions.QueryCache), options => options.QueryCache),
        .. Of<GroupOptions>(nameof(ProxyOptions.Group), options => options.Group),
        .. Of<TableOptions>(nameof(ProxyOptions.Tables), options => options.Tables),
        .. Of<AuthOptions>(nameof(ProxyOptions.Auth), options => options.Auth),
        .. Of<AuditorOptions>(nameof(ProxyOptions.Auditor), options => options.Auditor),
        .. Of<AuditOptions>(nameof(ProxyOptions.Audit), options => options.Audit),
        .. Of<PricesOptions>(nameof(ProxyOptions.Prices), options => options.Prices),
        .. Of<SimulationOptions>(nameof(ProxyOptions.Simulation), options => options.Simulation),
        .. Of<TelemetryOptions>(nameof(ProxyOptions.Telemetry), options => options.Telemetry),
    ]);

    private readonly Func<ProxyOptions, object> ownerOf;
    private readonly PropertyInfo property;

    private OptionKey(string section, Func<ProxyOptions, object> ownerOf, PropertyInfo property)
    {
        (this.ownerOf, this.property) = (ownerOf, property);
        Section = section;
    }

    /// <summary>Every option, section by section; in each, those of its own before those it shares.</summary>
    public static IReadOnlyList<OptionKey> All => Known.Value;

    /// <summary>Name of the option's section.</summary>
    public string Section { get; }

    /// <summary>Name within the section.</summary>
    public string Name => property.Name;

    /// <summary>Whether it is set for tables, each by its name or pattern.</summary>
    public bool IsPerTable => property.DeclaringType == typeof(TableOptions);

    /// <summary>Section and name: <c>Listen:Port</c>; with a star for the table between them: <c>Tables:*:Enabled</c>.</summary>
    public string Path => IsPerTable ? $"{Section}:*:{Name}" : $"{Section}:{Name}";

    /// <summary>Finds an option by its path, in any case; null when there is none.</summary>
    /// <param name="path">Section and name; of an option per table, with the table between them.</param>
    /// <param name="table">The table, by name or pattern, as it stands there; null where the path has none.</param>
    public static OptionKey? Find(string path, out string? table)
    {
        int first = path.IndexOf(':', StringComparison.Ordinal), last = path.LastIndexOf(':');
        bool hasTable = last > first;
        table = hasTable ? path[(first + 1)..last] : null;
        return first < 0 ? null : All.FirstOrDefault(key => key.IsPerTable == hasTable
            && path.AsSpan(0, first).Equals(key.Section, StringComparison.OrdinalIgnoreCase)
            && path.AsSpan(last + 1).Equals(key.Name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Reads a value. Returns what is wrong with the text and how to write it instead, or null.</summary>
    public string? TryRead(string text, out object? value)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        bool isBytes = property.IsDefined(typeof(BytesAttribute));
        if (!OptionText.TryParse(type, isBytes, text, out value))
        {
            return $"'{text}' is no {OptionText.Describe(type, isBytes)}";
        }

        if (property.GetCustomAttribute<LimitsAttribute>() is { } limits
            && !(OptionText.TryParse(type, isBytes, limits.From, out object? from)
                && OptionText.TryParse(type, isBytes, limits.To, out object? to)
                && ((IComparable)value).CompareTo(from) >= 0 && ((IComparable)value).CompareTo(to) <= 0))
        {
            return $"'{text}' is out of range, use {limits.From} to {limits.To}";
        }

        return property.GetCustomAttribute<CharactersAttribute>() is { } characters && !characters.Fits(text)
            ? $"'{text}' is not allowed, use {characters.Meaning}"
            : null;
    }

    /// <summary>The value as a configuration file would give it; null where it is not set. What may hold a secret is masked.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="table">The table, by name or pattern; null for an option that is not per table.</param>
    public string? Show(ProxyOptions options, string? table)
    {
        object? value = property.GetValue(table is null ? ownerOf(options) : options.Tables[table]);
        return value is string { Length: > 0 } && property.IsDefined(typeof(SecretAttribute)) ? "***" : OptionText.Format(value);
    }

    /// <summary>Sets the option in options that are being built.</summary>
    /// <param name="options">Those.</param>
    /// <param name="table">The table, by name or pattern; null for an option that is not per table.</param>
    /// <param name="value">What <see cref="TryRead"/> gave.</param>
    public void Set(ProxyOptions options, string? table, object? value) =>
        property.SetValue(table is null ? ownerOf(options) : RuleOf(options, table), value);

    private static IEnumerable<OptionKey> Of<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TSection>(
        string section, Func<ProxyOptions, object> ownerOf) =>
        from property in typeof(TSection).GetProperties()
        where property.CanWrite
        select new OptionKey(section, ownerOf, property);

    private TableOptions RuleOf(ProxyOptions options, string table)
    {
        if (!options.Tables.TryGetValue(table, out TableOptions? rule))
        {
            rule = new TableOptions();
            typeof(ProxyOptions).GetProperty(nameof(ProxyOptions.Tables))!.SetValue(
                options, new Dictionary<string, TableOptions>(options.Tables, StringComparer.Ordinal) { [table] = rule });
        }

        return rule;
    }
}
