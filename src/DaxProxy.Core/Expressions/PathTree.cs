using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Expressions;

/// <summary>Several document paths as one tree, so that an item is walked once for all of them.</summary>
/// <remarks>
/// Immutable. The children of a node are all names or all indexes (paths neither overlap nor conflict); indexes are in ascending order.
/// At most <see cref="DocumentPath.MaxElements"/> levels deep, which bounds all recursion over it.
/// </remarks>
internal sealed class PathTree
{
    private PathTree(PathElement element, int leaf, PathTree[] children)
    {
        Element = element;
        Leaf = leaf;
        Children = children;
    }

    /// <summary>The last element of the way here; without meaning at the root.</summary>
    public PathElement Element { get; }

    /// <summary>Which path ends here, as its position in the list; -1 where paths go on.</summary>
    public int Leaf { get; }

    /// <summary>Whether a path ends here.</summary>
    public bool IsLeaf => Leaf >= 0;

    /// <summary>The nodes one element further; empty for a leaf.</summary>
    public IReadOnlyList<PathTree> Children { get; }

    /// <summary>The tree of paths that neither overlap nor conflict.</summary>
    public static PathTree Build(IReadOnlyList<DocumentPath> paths) =>
        Build(default, paths, [.. Enumerable.Range(0, paths.Count)], 0);

    /// <summary>
    /// Records the first two paths that overlap and the first two that conflict; an overlap anywhere outranks a conflict. Source: recorded
    /// answers.
    /// </summary>
    public static void Check(IReadOnlyList<DocumentPath> paths, ref FaultLedger faults)
    {
        // Paths of different attributes never meet: the usual case must not compare every pair.
        if (paths.DistinctBy(path => path.TopLevelName, StringComparer.Ordinal).Count() == paths.Count)
        {
            return;
        }

        for (int later = 1; later < paths.Count; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                Check(paths[earlier], paths[later], ref faults);
            }
        }
    }

    private static void Check(DocumentPath one, DocumentPath two, ref FaultLedger faults)
    {
        int common = Math.Min(one.Elements.Count, two.Elements.Count);
        for (int level = 0; level < common; level++)
        {
            PathElement a = one.Elements[level], b = two.Elements[level];
            if (a.IsIndex != b.IsIndex)
            {
                faults.Record(FaultClass.Conflict, ExpressionFaults.Conflict(one.ToString(), two.ToString()));
                return;
            }

            if (a != b)
            {
                return;
            }
        }

        faults.Record(FaultClass.Overlap, ExpressionFaults.Overlap(one.ToString(), two.ToString()));
    }

    private static PathTree Build(PathElement element, IReadOnlyList<DocumentPath> paths, List<int> here, int level)
    {
        Dictionary<PathElement, List<int>> groups = [];
        foreach (int path in here)
        {
            if (paths[path].Elements.Count == level)
            {
                return new PathTree(element, path, []);
            }

            PathElement next = paths[path].Elements[level];
            if (!groups.TryGetValue(next, out List<int>? group))
            {
                groups.Add(next, group = []);
            }

            group.Add(path);
        }

        IEnumerable<PathTree> children = groups.Select(group => Build(group.Key, paths, group.Value, level + 1));
        return new PathTree(element, -1, [.. children.OrderBy(child => child.Element.Index)]);
    }
}
