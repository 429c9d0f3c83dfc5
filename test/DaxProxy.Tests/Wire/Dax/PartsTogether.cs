using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>
/// What a client does with the parts of a projection: builds maps and lists around them, elements in the order of their indexes.
/// </summary>
internal static class PartsTogether
{
    public static AttributeMap Of(IReadOnlyList<KeyValuePair<DocumentPath, AttributeValue>> parts) =>
        parts.Count == 0 ? [] : Build([.. parts.Select(part => (part.Key.Elements.ToArray(), part.Value))], 0).Map;

    private static AttributeValue Build(List<(PathElement[] Path, AttributeValue Value)> parts, int level)
    {
        if (parts[0].Path.Length == level)
        {
            return parts[0].Value;
        }

        IEnumerable<IGrouping<PathElement, (PathElement[] Path, AttributeValue Value)>> groups = parts.GroupBy(part => part.Path[level]);
        if (parts[0].Path[level].IsIndex)
        {
            return AttributeValue.FromList([.. groups.OrderBy(group => group.Key.Index).Select(group => Build([.. group], level + 1))]);
        }

        AttributeMap map = [];
        foreach (IGrouping<PathElement, (PathElement[] Path, AttributeValue Value)> group in groups)
        {
            map.Add(group.Key.Name!, Build([.. group], level + 1));
        }

        return AttributeValue.FromMap(map);
    }
}
