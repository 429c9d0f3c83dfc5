using System.Runtime.CompilerServices;

namespace DaxProxy.Options;

/// <summary>One option: its section, its name, and how to read it from text.</summary>
/// <remarks>
/// The properties of a section's record are its options, so that a property is all it takes to add one: the table of all is written while
/// the program is compiled (DaxProxy.Generator). An option of section <c>Tables</c> exists for as many tables as are configured. Immutable.
/// </remarks>
internal sealed partial class OptionKey
{
    private readonly Type type;
    private readonly Func<ProxyOptions, object>? ownerOf;
    private readonly Func<object, object?> get;
    private readonly Action<object, object?> set;

    private OptionKey(
        string section,
        string name,
        Type type,
        bool isPerTable,
        Func<ProxyOptions, object>? ownerOf,
        Func<object, object?> get,
        Action<object, object?> set)
    {
        (this.type, this.ownerOf, this.get, this.set) = (type, ownerOf, get, set);
        (Section, Name, IsPerTable) = (section, name, isPerTable);
    }

    /// <summary>Every option, section by section; in each, those of its own before those it shares.</summary>
    public static IReadOnlyList<OptionKey> All { get; } = Table();

    /// <summary>Name of the option's section.</summary>
    public string Section { get; }

    /// <summary>Name within the section.</summary>
    public string Name { get; }

    /// <summary>Whether it is set for tables, each by its name or pattern.</summary>
    public bool IsPerTable { get; }

    /// <summary>Section and name: <c>Listen:Port</c>; with a star for the table between them: <c>Tables:*:Enabled</c>.</summary>
    public string Path => IsPerTable ? $"{Section}:*:{Name}" : $"{Section}:{Name}";

    private bool IsBytes { get; init; }

    private bool IsSecret { get; init; }

    private LimitsAttribute? Limits { get; init; }

    private CharactersAttribute? Characters { get; init; }

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
        if (!OptionText.TryParse(type, IsBytes, text, out value))
        {
            return $"'{text}' is no {OptionText.Describe(type, IsBytes)}";
        }

        if (Limits is { } limits
            && !(OptionText.TryParse(type, IsBytes, limits.From, out object? from)
                && OptionText.TryParse(type, IsBytes, limits.To, out object? to)
                && ((IComparable)value).CompareTo(from) >= 0 && ((IComparable)value).CompareTo(to) <= 0))
        {
            return $"'{text}' is out of range, use {limits.From} to {limits.To}";
        }

        return Characters is { } characters && !characters.Fits(text)
            ? $"'{text}' is not allowed, use {characters.Meaning}"
            : null;
    }

    /// <summary>The value as a configuration file would give it; null where it is not set. What may hold a secret is masked.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="table">The table, by name or pattern; null for an option that is not per table.</param>
    public string? Show(ProxyOptions options, string? table)
    {
        object? value = get(table is null ? ownerOf!(options) : options.Tables[table]);
        return value is string { Length: > 0 } && IsSecret ? "***" : OptionText.Format(value);
    }

    /// <summary>Sets the option in options that are being built.</summary>
    /// <param name="options">Those.</param>
    /// <param name="table">The table, by name or pattern; null for an option that is not per table.</param>
    /// <param name="value">What <see cref="TryRead"/> gave.</param>
    public void Set(ProxyOptions options, string? table, object? value) =>
        set(table is null ? ownerOf!(options) : RuleOf(options, table), value);

    private static TableOptions RuleOf(ProxyOptions options, string table)
    {
        if (!options.Tables.TryGetValue(table, out TableOptions? rule))
        {
            rule = new TableOptions();
            SetTables(options, new Dictionary<string, TableOptions>(options.Tables, StringComparer.Ordinal) { [table] = rule });
        }

        return rule;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Tables")]
    private static extern void SetTables(ProxyOptions options, IReadOnlyDictionary<string, TableOptions> tables);
}
