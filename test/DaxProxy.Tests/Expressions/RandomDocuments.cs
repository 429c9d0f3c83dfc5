using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Tests.Expressions;

/// <summary>Small random documents over few names, so that random paths often hit something.</summary>
internal sealed class RandomDocuments(int seed)
{
    private static readonly string[] Names = ["a", "b", "c"];

    public Random Random { get; } = new(seed);

    public string Name() => Names[Random.Next(Names.Length)];

    public AttributeMap Map(int depth)
    {
        AttributeMap map = [];
        for (int i = Random.Next(4); i > 0; i--)
        {
            map[Name()] = Value(depth);
        }

        return map;
    }

    public AttributeValue Value(int depth) => Random.Next(depth > 0 ? 10 : 7) switch
    {
        0 => AttributeValue.FromString(new string('x', Random.Next(3)) + "y"),
        1 or 2 => Doc.N(Random.Next(-2, 4)),
        3 => AttributeValue.FromBinary([.. Enumerable.Range(0, Random.Next(3)).Select(i => (byte)i)]),
        4 => Random.Next(2) == 0 ? AttributeValue.Null : AttributeValue.FromBool(Random.Next(2) == 0),
        5 => Set(AttributeType.SS, AttributeValue.FromString("y"), AttributeValue.FromString("xy"), AttributeValue.FromString("z")),
        6 => Set(AttributeType.NS, Doc.N(0), Doc.N(1), Doc.N(2)),
        7 => AttributeValue.FromMap(Map(depth - 1)),
        _ => AttributeValue.FromList([.. Enumerable.Range(0, Random.Next(4)).Select(_ => Value(depth - 1))]),
    };

    public DocumentPath Path()
    {
        List<PathElement> elements = [new PathElement(Name())];
        while (Random.Next(2) == 0 && elements.Count < 4)
        {
            elements.Add(Random.Next(2) == 0 ? new PathElement(Name()) : new PathElement(Random.Next(5)));
        }

        return new DocumentPath(elements);
    }

    /// <summary>Paths that neither overlap nor conflict.</summary>
    public List<DocumentPath> Paths(int most)
    {
        List<DocumentPath> paths = [];
        for (int i = Random.Next(1, most + 1); i > 0; i--)
        {
            DocumentPath path = Path();
            if (!paths.Exists(other => Clash(other, path)))
            {
                paths.Add(path);
            }
        }

        return paths;
    }

    private static bool Clash(DocumentPath one, DocumentPath two)
    {
        for (int i = 0; i < Math.Min(one.Elements.Count, two.Elements.Count); i++)
        {
            if (one.Elements[i] != two.Elements[i])
            {
                return one.Elements[i].IsIndex != two.Elements[i].IsIndex;
            }
        }

        return true;
    }

    private AttributeValue Set(AttributeType type, params AttributeValue[] candidates)
    {
        AttributeValue[] members = [.. candidates.Where(_ => Random.Next(2) == 0)];
        return AttributeValue.FromSet(type, members.Length == 0 ? [candidates[0]] : members);
    }
}
