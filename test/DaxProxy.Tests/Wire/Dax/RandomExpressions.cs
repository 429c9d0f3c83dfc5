using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Tests.Expressions;

namespace DaxProxy.Tests.Wire.Dax;

/// <summary>Random texts of expressions, most of them without a fault.</summary>
internal sealed class RandomExpressions(int seed)
{
    private readonly RandomDocuments documents = new(seed);
    private AttributeMap values = [];

    private Random Random => documents.Random;

    public (string Text, ExpressionAttributes Attributes) Condition()
    {
        values = [];
        string text = Condition(3);
        return (text, new ExpressionAttributes(null, values));
    }

    public (string Text, ExpressionAttributes Attributes) Update()
    {
        values = [];
        List<string> sections = [];
        List<DocumentPath> targets = documents.Paths(6);
        foreach (IGrouping<int, DocumentPath> section in targets.GroupBy(_ => Random.Next(4)))
        {
            sections.Add(section.Key switch
            {
                0 => "SET " + string.Join(", ", section.Select(path => $"{Text(path)} = {Assigned()}")),
                1 => "REMOVE " + string.Join(", ", section.Select(Text)),
                2 => "ADD " + string.Join(", ", section.Select(path => $"{Text(path)} {Value(Doc.N(Random.Next(5)))}")),
                _ => "DELETE " + string.Join(", ", section.Select(path =>
                    $"{Text(path)} {Value(AttributeValue.FromSet(AttributeType.SS, [AttributeValue.FromString("x")]))}")),
            });
        }

        return (string.Join(" ", sections), new ExpressionAttributes(null, values));
    }

    private static string Text(DocumentPath path) => string.Concat(path.Elements.Select((element, at) =>
        element.IsIndex ? $"[{element.Index}]" : (at == 0 ? "" : ".") + element.Name));

    private string Condition(int depth) => Random.Next(depth == 0 ? 9 : 14) switch
    {
        0 => $"{Operand()} = {Operand()}",
        1 => $"{Path()} <> {Operand()}",
        2 => $"{Path()} {(string[])["<", "<=", ">", ">="] switch { var signs => signs[Random.Next(4)] }} {Value(Doc.N(1))}",
        3 => $"{Path()} BETWEEN {Value(Doc.N(1))} AND {Value(Doc.N(2))}",
        4 => $"{Path()} IN ({string.Join(", ", Enumerable.Range(0, Random.Next(1, 4)).Select(_ => Operand()))})",
        5 => $"attribute_exists({Path()}) ",
        6 => $"attribute_not_exists({Path()})",
        7 => $"attribute_type({Path()}, {Value(AttributeValue.FromString("SS"))})",
        8 => $"begins_with({Path()}, {Value(AttributeValue.FromString("x"))})",
        9 => $"contains({Path()}, {Operand()})",
        10 => $"NOT ({Condition(depth - 1)})",
        11 or 12 => Chain(depth, "AND", "OR"),
        _ => Chain(depth, "OR", "AND"),
    };

    /// <summary>Terms of the other chain go into parentheses only where they must; a chain in one of its own kind never does.</summary>
    private string Chain(int depth, string word, string other)
    {
        IEnumerable<string> terms = Enumerable.Range(0, Random.Next(2, 5)).Select(_ => Random.Next(4) == 0
            ? $"({Condition(0)} {other} {Condition(0)})"
            : Condition(0));
        return string.Join($" {word} ", [.. terms, $"NOT ({Condition(depth - 1)})"]);
    }

    private string Assigned() => Random.Next(5) switch
    {
        0 => Operand(),
        1 => $"{Path()} + {Value(Doc.N(1))}",
        2 => $"if_not_exists({Path()}, {Operand()}) - {Path()}",
        3 => $"list_append(if_not_exists({Path()}, {Value(AttributeValue.FromList([]))}), {Path()})",
        _ => $"if_not_exists({Path()}, {Operand()})",
    };

    private string Operand() => Random.Next(2) == 0 ? Path() : Value(documents.Value(2));

    private string Path() => Text(documents.Path());

    private string Value(AttributeValue value)
    {
        string reference = $":v{values.Count}";
        values.Add(reference, value);
        return reference;
    }
}
