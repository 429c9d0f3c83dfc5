namespace DaxProxy.Core.Wire.Json.Model;

/// <summary>One shape of the official service model, as far as requests use it: its kind, its parts, its constraints.</summary>
internal sealed class InputShape
{
    public required string Name { get; init; }

    public required InputKind Kind { get; init; }

    /// <summary>Members of a structure by name, in the model's order; empty for other kinds.</summary>
    public List<KeyValuePair<string, InputShape>> Members { get; } = [];

    /// <summary>Members of a structure in the order in which the service reports their faults, as far as that is known.</summary>
    public IReadOnlyList<KeyValuePair<string, InputShape>> MembersAsReported { get; set; } = [];

    /// <summary>Members by name; the same as <see cref="Members"/>.</summary>
    public Dictionary<string, InputShape> MembersByName { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of the members a structure must have.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Elements of a list, values of a map.</summary>
    public InputShape? Element { get; set; }

    /// <summary>Keys of a map.</summary>
    public InputShape? Key { get; set; }

    public long? Min { get; init; }

    public long? Max { get; init; }

    public string? Pattern { get; init; }

    /// <summary>The allowed values of a string, in the order the service prints them.</summary>
    public IReadOnlyList<string>? Enum { get; init; }

    /// <summary>
    /// Whether the service checks its content later and with other words than a constraint's: attribute values have static checks of their
    /// own.
    /// </summary>
    public bool IsAttributeValue => Name == "AttributeValue";
}
