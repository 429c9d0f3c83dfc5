namespace DaxProxy.Tests.Engine.Proof;

/// <summary>A document path: the name of an attribute, then names (strings) and positions (integers).</summary>
internal sealed record ModelPath(IReadOnlyList<object> Steps)
{
    public string Top => (string)Steps[0];

    public bool IsNested => Steps.Count > 1;

    /// <summary>For comparing paths.</summary>
    public string Text => string.Join('/', Steps.Select(step => step is int ? $"[{step}]" : $"'{step}'"));

    /// <summary>What is there; null for nothing.</summary>
    public ModelValue? Find(Dictionary<string, ModelValue>? item) => item is null ? null : Follow(ModelValue.Of(item), Steps.Count);

    /// <summary>What the target lies in; null for nothing.</summary>
    public ModelValue? FindContainer(Dictionary<string, ModelValue> item) => Follow(ModelValue.Of(item), Steps.Count - 1);

    /// <summary>
    /// Whether two paths could not stand beside each other as targets: one leads into the other, or they see one place as both list and
    /// map.
    /// </summary>
    public bool Clashes(ModelPath other)
    {
        for (int i = 0; i < Math.Min(Steps.Count, other.Steps.Count); i++)
        {
            if (!Steps[i].Equals(other.Steps[i]))
            {
                return Steps[i] is int != other.Steps[i] is int;
            }
        }

        return true;
    }

    /// <summary>The parts of an item that some paths lead to, in their places; elements of a list move together.</summary>
    public static Dictionary<string, ModelValue> Pick(Dictionary<string, ModelValue> item, IReadOnlyList<ModelPath> paths) =>
        Pick(ModelValue.Of(item), [.. paths.Select(path => path.Steps)])?.Map ?? [];

    private static ModelValue? Pick(ModelValue value, List<IReadOnlyList<object>> rests)
    {
        if (rests.Exists(rest => rest.Count == 0))
        {
            return value;
        }

        var parts = rests.GroupBy(rest => rest[0])
            .Select(group =>
                (Step: group.Key, Part: Child(value, group.Key) is { } child
                    ? Pick(child, [.. group.Select(rest => (IReadOnlyList<object>)[.. rest.Skip(1)])])
                    : null))
            .Where(part => part.Part is not null)
            .ToList();
        return parts.Count == 0 ? null
            : value.Type == "M" ? ModelValue.Of(parts.ToDictionary(part => (string)part.Step, part => part.Part!))
            : ModelValue.Of(parts.OrderBy(part => (int)part.Step).Select(part => part.Part!));
    }

    private ModelValue? Follow(ModelValue? value, int count)
    {
        foreach (object step in Steps.Take(count))
        {
            value = value is null ? null : Child(value, step);
        }

        return value;
    }

    private static ModelValue? Child(ModelValue value, object step) => (value.Type, step) switch
    {
        ("M", string name) => value.Map.GetValueOrDefault(name),
        ("L", int position) => value.Elements.ElementAtOrDefault(position),
        _ => null,
    };
}
