using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>The way to one value of an item: <c>a.b[0].c</c> with its placeholders resolved.</summary>
/// <remarks>Immutable and thread-safe. A name behind <c>#n</c> is one element even where it contains a dot.</remarks>
public sealed class DocumentPath : IEquatable<DocumentPath>
{
    /// <summary>Longest path DynamoDB accepts, in elements.</summary>
    public const int MaxElements = 32;

    private readonly PathElement[] elements;

    /// <summary>The path of a top-level attribute.</summary>
    public DocumentPath(string name) => elements = [new PathElement(name)];

    /// <summary>A path of these elements: at least one, the first of them a name.</summary>
    public DocumentPath(IReadOnlyList<PathElement> elements)
    {
        if (elements.Count == 0 || elements[0].IsIndex)
        {
            throw new ArgumentException("A path begins with an attribute name.", nameof(elements));
        }

        this.elements = [.. elements];
    }

    /// <summary>The elements, outermost first.</summary>
    public IReadOnlyList<PathElement> Elements => elements;

    /// <summary>The top-level attribute.</summary>
    public string TopLevelName => elements[0].Name!;

    /// <summary>Whether the path goes into an attribute.</summary>
    public bool IsNested => elements.Length > 1;

    /// <summary>The value at the end of the path; null where an element is missing or its container is of another type.</summary>
    public AttributeValue? Find(AttributeMap? item)
    {
        if (item is null || !item.TryGetValue(TopLevelName, out AttributeValue? value))
        {
            return null;
        }

        for (int level = 1; level < elements.Length && value is not null; level++)
        {
            value = Step(value, elements[level]);
        }

        return value;
    }

    /// <inheritdoc/>
    public bool Equals(DocumentPath? other) => other is not null && elements.AsSpan().SequenceEqual(other.elements);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DocumentPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (PathElement element in elements)
        {
            hash.Add(element);
        }

        return hash.ToHashCode();
    }

    /// <summary>As messages print it: <c>[a, b, [0], c]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", elements)}]";

    /// <summary>The value one element further, or null.</summary>
    internal static AttributeValue? Step(AttributeValue container, PathElement element)
    {
        if (element.IsIndex)
        {
            return container.Type == AttributeType.L && element.Index < container.Elements.Count ? container.Elements[element.Index] : null;
        }

        return container.Type == AttributeType.M ? container.Map.GetValueOrDefault(element.Name!) : null;
    }
}
