using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>Which parts of an item come back: a ProjectionExpression, or AttributesToGet.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ProjectionExpression
{

    /// <summary>A projection on these paths, which must neither overlap nor conflict.</summary>
    public ProjectionExpression(IReadOnlyList<DocumentPath> paths)
    {
        Paths = paths;
        Tree = PathTree.Build(paths);
    }

    /// <summary>The paths in the order written.</summary>
    public IReadOnlyList<DocumentPath> Paths { get; }

    /// <summary>The paths as one tree.</summary>
    internal PathTree Tree { get; }

    /// <summary>
    /// Parses a ProjectionExpression. Faults in the service's order: reserved words, undefined names, overlaps, conflicts.
    /// </summary>
    public static DynamoError? TryParse(string text, ExpressionAttributes attributes, out ProjectionExpression? expression)
    {
        DynamoError? error = new ProjectionParser(text, attributes).Parse(out List<DocumentPath> paths);
        expression = error is null ? new ProjectionExpression(paths) : null;
        return error;
    }

    /// <summary>
    /// The projected part of an item: maps keep their nesting, lists keep the chosen elements in index order without gaps, what is not
    /// there is left out. Empty where nothing is there; key attributes are not added. The item is not modified; values are shared with it.
    /// </summary>
    public AttributeMap Apply(AttributeMap item) => CutMap(item, Tree);

    private static AttributeMap CutMap(AttributeMap map, PathTree node)
    {
        AttributeMap result = [];
        foreach (PathTree child in node.Children)
        {
            if (!child.Element.IsIndex && map.TryGetValue(child.Element.Name!, out AttributeValue? value)
                && Cut(value, child) is AttributeValue part)
            {
                result.Add(child.Element.Name!, part);
            }
        }

        return result;
    }

    private static AttributeValue? Cut(AttributeValue value, PathTree node)
    {
        if (node.IsLeaf)
        {
            return value;
        }

        if (value.Type == AttributeType.M)
        {
            AttributeMap map = CutMap(value.Map, node);
            return map.Count == 0 ? null : AttributeValue.FromMap(map);
        }

        return value.Type == AttributeType.L ? CutList(value.Elements, node) : null;
    }

    private static AttributeValue? CutList(IReadOnlyList<AttributeValue> elements, PathTree node)
    {
        List<AttributeValue> result = [];
        foreach (PathTree child in node.Children)
        {
            if (child.Element.IsIndex && child.Element.Index < elements.Count
                && Cut(elements[child.Element.Index], child) is AttributeValue part)
            {
                result.Add(part);
            }
        }

        return result.Count == 0 ? null : AttributeValue.FromList([.. result]);
    }
}
