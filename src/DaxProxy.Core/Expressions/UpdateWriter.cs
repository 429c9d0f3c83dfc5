using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>Writes computed changes into a copy of an item: what is changed is copied, everything else is shared.</summary>
internal static class UpdateWriter
{
    /// <summary>
    /// The attributes with the changes made, or null where a target's container is missing or of another type. A change is the
    /// value for the path of the same position in the tree, null to remove it.
    /// </summary>
    /// <param name="attributes">The item before.</param>
    /// <param name="targets">The targets as a tree.</param>
    /// <param name="changes">One for each target.</param>
    /// <param name="ignoreRemovals">Whether a removal without a container is fine: it is where there was no item at all.</param>
    public static AttributeMap? Write(AttributeMap attributes, PathTree targets, AttributeValue?[] changes, bool ignoreRemovals)
    {
        AttributeMap result = new(attributes);
        foreach (PathTree child in targets.Children)
        {
            if (child.Element.Name is not string name)
            {
                return null;
            }

            if (child.IsLeaf)
            {
                SetOrRemove(result, name, changes[child.Leaf]);
            }
            else if (attributes.TryGetValue(name, out AttributeValue? inner)
                && WriteInside(inner, child, changes, ignoreRemovals) is AttributeValue value)
            {
                result[name] = value;
            }
            else if (!ignoreRemovals || !OnlyRemoves(child, changes))
            {
                return null;
            }
        }

        return result;
    }

    private static void SetOrRemove(AttributeMap map, string name, AttributeValue? value)
    {
        if (value is null)
        {
            map.Remove(name);
        }
        else
        {
            map[name] = value;
        }
    }

    private static AttributeValue? WriteInside(AttributeValue container, PathTree node, AttributeValue?[] changes, bool ignoreRemovals)
    {
        switch (container.Type)
        {
            case AttributeType.M:
                return Write(container.Map, node, changes, ignoreRemovals) is AttributeMap map ? AttributeValue.FromMap(map) : null;
            case AttributeType.L when node.Children[0].Element.IsIndex:
                return WriteList(container.Elements, node, changes, ignoreRemovals);
            default:
                return null;
        }
    }

    /// <summary>
    /// All indexes are positions in the list as it was. Removed elements go in the end; elements set beyond the end follow it in the order
    /// of their indexes, which is the order of the children.
    /// </summary>
    private static AttributeValue? WriteList(
        IReadOnlyList<AttributeValue> elements, PathTree node, AttributeValue?[] changes, bool ignoreRemovals)
    {
        List<AttributeValue?> result = [.. elements];
        foreach (PathTree child in node.Children)
        {
            int index = child.Element.Index;
            bool isInside = index < elements.Count;
            if (!child.IsLeaf)
            {
                if (!isInside || WriteInside(elements[index], child, changes, ignoreRemovals) is not AttributeValue value)
                {
                    return null;
                }

                result[index] = value;
            }
            else if (isInside)
            {
                result[index] = changes[child.Leaf];
            }
            else
            {
                result.Add(changes[child.Leaf]);
            }
        }

        return AttributeValue.FromList([.. result.OfType<AttributeValue>()]);
    }

    private static bool OnlyRemoves(PathTree node, AttributeValue?[] changes) =>
        node.IsLeaf ? changes[node.Leaf] is null : node.Children.All(child => OnlyRemoves(child, changes));
}
