using System.Diagnostics;
using System.Globalization;
using System.Text;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>Writes compiled expressions as the texts that would compile to them, every name and value behind a reference.</summary>
/// <remarks>
/// For trees that were never a text: those of PartiQL and of the DAX protocol. One object serves all expressions of one request, which
/// share the maps. Terms are put in parentheses only where they need them, as the service refuses redundant ones.
/// </remarks>
internal sealed class ExpressionText
{
    private readonly Dictionary<string, string> references = new(StringComparer.Ordinal);

    /// <summary>Name references with the names behind them.</summary>
    public List<KeyValuePair<string, string>> Names { get; } = [];

    /// <summary>Value references with the values behind them.</summary>
    public List<KeyValuePair<string, AttributeValue>> Values { get; } = [];

    /// <summary>A condition or filter.</summary>
    public string Of(ConditionExpression condition) => Of(condition.Root);

    /// <summary>A key condition.</summary>
    public string Of(KeyConditionExpression keys) => string.Join(" AND ", keys.Conditions.Select(Of));

    /// <summary>A projection.</summary>
    public string Of(ProjectionExpression projection) => string.Join(", ", projection.Paths.Select(Of));

    /// <summary>An update; null for one without actions, which has no text.</summary>
    public string? Of(UpdateExpression update)
    {
        StringBuilder text = new();
        Append(text, "SET", update.Actions.OfType<UpdateAction.Set>().Select(set => $"{Of(set.Target)} = {Of(set.Value)}"));
        Append(text, "REMOVE", update.Actions.OfType<UpdateAction.Remove>().Select(remove => Of(remove.Target)));
        Append(text, "ADD", update.Actions.OfType<UpdateAction.Add>().Select(add => $"{Of(add.Target)} {Of(add.Value)}"));
        Append(text, "DELETE", update.Actions.OfType<UpdateAction.Delete>().Select(delete => $"{Of(delete.Target)} {Of(delete.Value)}"));
        return text.Length == 0 ? null : text.ToString();
    }

    private static void Append(StringBuilder text, string clause, IEnumerable<string> actions)
    {
        string joined = string.Join(", ", actions);
        if (joined.Length > 0)
        {
            text.Append(text.Length == 0 ? "" : " ").Append(clause).Append(' ').Append(joined);
        }
    }

    private string Of(ConditionNode node) => node switch
    {
        ConditionNode.And and => string.Join(" AND ", and.Terms.Select(Term)),
        ConditionNode.Or or => string.Join(" OR ", or.Terms.Select(Term)),
        ConditionNode.Not not => $"NOT ({Of(not.Term)})",
        ConditionNode.Comparison comparison => $"{Of(comparison.Left)} {Sign(comparison.Operator)} {Of(comparison.Right)}",
        ConditionNode.Between between => $"{Of(between.Value)} BETWEEN {Of(between.Low)} AND {Of(between.High)}",
        ConditionNode.In any => $"{Of(any.Value)} IN ({string.Join(", ", any.Candidates.Select(Of))})",
        ConditionNode.Exists exists => $"attribute_exists({Of(exists.Path)})",
        ConditionNode.NotExists missing => $"attribute_not_exists({Of(missing.Path)})",
        ConditionNode.HasType typed => $"attribute_type({Of(typed.Value)}, {Of(AttributeValue.FromString(typed.Type.ToString()))})",
        ConditionNode.BeginsWith begins => $"begins_with({Of(begins.Value)}, {Of(begins.Prefix)})",
        ConditionNode.Contains contains => $"contains({Of(contains.Value)}, {Of(contains.Part)})",
        _ => throw new UnreachableException(),
    };

    private string Term(ConditionNode node) => node is ConditionNode.And or ConditionNode.Or ? $"({Of(node)})" : Of(node);

    private string Of(KeyCondition key)
    {
        string name = Of(new DocumentPath(key.AttributeName));
        return key.Operator switch
        {
            KeyOperator.Between => $"{name} BETWEEN {Of(key.Value)} AND {Of(key.Upper!)}",
            KeyOperator.BeginsWith => $"begins_with({name}, {Of(key.Value)})",
            KeyOperator.Equal => $"{name} = {Of(key.Value)}",
            KeyOperator.Less => $"{name} < {Of(key.Value)}",
            KeyOperator.LessOrEqual => $"{name} <= {Of(key.Value)}",
            KeyOperator.Greater => $"{name} > {Of(key.Value)}",
            _ => $"{name} >= {Of(key.Value)}",
        };
    }

    private string Of(Operand operand) => operand switch
    {
        Operand.Attribute attribute => Of(attribute.Path),
        Operand.Constant constant => Of(constant.Value),
        Operand.Size size => $"size({Of(size.Of)})",
        Operand.IfNotExists otherwise => $"if_not_exists({Of(otherwise.Path)}, {Of(otherwise.Otherwise)})",
        Operand.ListAppend append => $"list_append({Of(append.First)}, {Of(append.Second)})",
        Operand.Arithmetic sum => $"{Of(sum.Left)} {(sum.IsSubtraction ? '-' : '+')} {Of(sum.Right)}",
        _ => throw new UnreachableException(),
    };

    private string Of(DocumentPath path)
    {
        StringBuilder text = new();
        foreach (PathElement element in path.Elements)
        {
            if (element.IsIndex)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{element.Index}]");
            }
            else
            {
                text.Append(text.Length == 0 ? "" : ".").Append(ReferenceTo(element.Name!));
            }
        }

        return text.ToString();
    }

    private string Of(AttributeValue value)
    {
        string reference = $":v{Values.Count}";
        Values.Add(new(reference, value));
        return reference;
    }

    private string ReferenceTo(string name)
    {
        if (!references.TryGetValue(name, out string? reference))
        {
            reference = $"#n{Names.Count}";
            references.Add(name, reference);
            Names.Add(new(reference, name));
        }

        return reference;
    }

    private static string Sign(Comparator comparator) => comparator switch
    {
        Comparator.Equal => "=",
        Comparator.NotEqual => "<>",
        Comparator.Less => "<",
        Comparator.LessOrEqual => "<=",
        Comparator.Greater => ">",
        _ => ">=",
    };
}
