using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>Takes the projected part of an item apart again: which value stands at the end of which path.</summary>
/// <remarks>
/// The gaps of lists are closed in a part, so an element does not say what its index was. It is given to the first path that it can belong
/// to and that is behind those of the elements before it. Such a path exists. A client that puts the values together by their paths gets
/// the same part again. No more is needed, as other choices give the same part.
/// </remarks>
internal static class ProjectionParts
{
    /// <summary>The values by the position of their paths, in ascending order.</summary>
    /// <param name="projection">The projection.</param>
    /// <param name="part">What it left of an item.</param>
    public static List<KeyValuePair<int, AttributeValue>> Of(ProjectionExpression projection, AttributeMap part)
    {
        List<KeyValuePair<int, AttributeValue>> values = [];
        foreach ((string name, AttributeValue value) in part)
        {
            TryAssignMember(name, value, projection.Tree, values);
        }

        values.Sort(static (left, right) => left.Key.CompareTo(right.Key));
        return values;
    }

    /// <summary>
    /// Gives a value to the paths below a node; false, with nothing given, where it holds something that none of them leads to.
    /// </summary>
    private static bool TryAssign(AttributeValue value, PathTree node, List<KeyValuePair<int, AttributeValue>> values)
    {
        if (node.IsLeaf)
        {
            values.Add(new(node.Leaf, value));
            return true;
        }

        int before = values.Count;
        bool isAssigned = value.Type switch
        {
            AttributeType.M => value.Map.All(member => TryAssignMember(member.Key, member.Value, node, values)),
            AttributeType.L => TryAssignElements(value.Elements, node, values),
            _ => false,
        };
        if (!isAssigned)
        {
            values.RemoveRange(before, values.Count - before);
        }

        // A projection leaves a value out if no path ends inside it, so an empty value must stand where a path ends.
        return isAssigned && values.Count > before;
    }

    private static bool TryAssignMember(string name, AttributeValue value, PathTree node, List<KeyValuePair<int, AttributeValue>> values)
    {
        foreach (PathTree child in node.Children)
        {
            if (child.Element.Name == name)
            {
                return TryAssign(value, child, values);
            }
        }

        return false;
    }

    private static bool TryAssignElements(
        IReadOnlyList<AttributeValue> elements, PathTree node, List<KeyValuePair<int, AttributeValue>> values)
    {
        int next = 0;
        foreach (AttributeValue element in elements)
        {
            while (next < node.Children.Count
                && (!node.Children[next].Element.IsIndex || !TryAssign(element, node.Children[next], values)))
            {
                next++;
            }

            if (next++ == node.Children.Count)
            {
                return false;
            }
        }

        return true;
    }
}
