namespace DaxProxy.Core.Expressions;

/// <summary>One step of a document path: an attribute name or a list index.</summary>
/// <remarks>Immutable. The first element of a path is always a name.</remarks>
public readonly record struct PathElement
{
    /// <summary>A step into a map (or to a top-level attribute).</summary>
    public PathElement(string name) => Name = name;

    /// <summary>A step into a list; not negative.</summary>
    public PathElement(int index) => Index = index;

    /// <summary>The attribute's name, placeholders resolved; null for an index.</summary>
    public string? Name { get; }

    /// <summary>The index, from 0; 0 for a name.</summary>
    public int Index { get; }

    /// <summary>Whether this is an index.</summary>
    public bool IsIndex => Name is null;

    /// <summary>As messages print it: <c>a</c> or <c>[0]</c>.</summary>
    public override string ToString() => Name ?? $"[{Index}]";
}
