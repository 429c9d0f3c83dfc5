namespace DaxProxy.Services.Model;

/// <summary>One shape of a service's model, as far as requests use it: its kind, its parts, its constraints.</summary>
internal sealed class ServiceShape
{
    public required ShapeKind Kind { get; init; }

    /// <summary>Members of a structure by name, in the model's order; empty for other kinds.</summary>
    public Dictionary<string, ServiceShape> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of the members that a structure must have.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Elements of a list, values of a map.</summary>
    public ServiceShape? Element { get; set; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public string? Pattern { get; init; }

    /// <summary>The allowed values of a string.</summary>
    public IReadOnlyList<string>? Enum { get; init; }
}
