using System.Reflection;
using System.Text.RegularExpressions;

namespace DaxProxy.Options;

/// <summary>One option: its section, its name, its default, and how to read it from text.</summary>
/// <remarks>Found by reflection over <see cref="ProxyOptions"/>, so that a property is all it takes to add one. Immutable.</remarks>
public sealed class OptionKey
{
    private static readonly Lazy<IReadOnlyList<OptionKey>> Known = new(() =>
    [
        .. from section in typeof(ProxyOptions).GetProperties()
           from property in section.PropertyType.GetProperties()
           where property.CanWrite
           select new OptionKey(section, property),
    ]);

    private readonly PropertyInfo property;

    private OptionKey(PropertyInfo section, PropertyInfo property)
    {
        this.property = property;
        Section = section;
        Default = property.GetValue(section.GetValue(new ProxyOptions()))!;
    }

    /// <summary>Every option, in the order of declaration.</summary>
    public static IReadOnlyList<OptionKey> All => Known.Value;

    /// <summary>The property of <see cref="ProxyOptions"/> that holds the option's section.</summary>
    public PropertyInfo Section { get; }

    /// <summary>Name within the section.</summary>
    public string Name => property.Name;

    /// <summary>Section and name: <c>Listen:Port</c>.</summary>
    public string Path => $"{Section.Name}:{Name}";

    /// <summary>The value when nothing is configured.</summary>
    public object Default { get; }

    /// <summary>Finds an option by its path, in any case; null when there is none.</summary>
    public static OptionKey? Find(string path) =>
        All.FirstOrDefault(key => string.Equals(key.Path, path, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a value. Returns what is wrong with the text and how to write it instead, or null.</summary>
    public string? TryRead(string text, out object value)
    {
        bool isBytes = property.IsDefined(typeof(BytesAttribute));
        if (!OptionText.TryParse(property.PropertyType, isBytes, text, out object? parsed))
        {
            value = Default;
            return $"'{text}' is no {OptionText.Describe(property.PropertyType, isBytes)}";
        }

        value = parsed;
        if (property.GetCustomAttribute<LimitsAttribute>() is { } limits
            && !(OptionText.TryParse(property.PropertyType, isBytes, limits.From, out object? from)
                && OptionText.TryParse(property.PropertyType, isBytes, limits.To, out object? to)
                && ((IComparable)parsed).CompareTo(from) >= 0 && ((IComparable)parsed).CompareTo(to) <= 0))
        {
            return $"'{text}' is out of range, use {limits.From} to {limits.To}";
        }

        return property.GetCustomAttribute<PatternAttribute>() is { } pattern && !Regex.IsMatch(text, pattern.Expression)
            ? $"'{text}' is not allowed, use {pattern.Meaning}"
            : null;
    }

    /// <summary>Sets the option in a section that is being built.</summary>
    public void Set(object section, object value) => property.SetValue(section, value);
}
