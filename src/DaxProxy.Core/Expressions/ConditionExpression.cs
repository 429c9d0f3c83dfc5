using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Expressions;

/// <summary>
/// A condition on one item: a ConditionExpression or FilterExpression, or what legacy parameters and PartiQL say of the kind.
/// </summary>
/// <remarks>Immutable and thread-safe. Evaluation cannot fail: what an item lacks makes a comparison false.</remarks>
/// <param name="root">The tree, at most some hundred levels deep.</param>
public sealed class ConditionExpression(ConditionNode root)
{
    /// <summary>The tree.</summary>
    public ConditionNode Root { get; } = root;

    /// <summary>All paths it reads, in order of appearance, repeated where they are.</summary>
    public IEnumerable<DocumentPath> Paths
    {
        get
        {
            List<DocumentPath> paths = [];
            Collect(Root, paths);
            return paths;
        }
    }

    /// <summary>The attributes it reads, each once, in order of appearance.</summary>
    public IEnumerable<string> TopLevelNames => Paths.Select(path => path.TopLevelName).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Parses an expression; <paramref name="kind"/> is Condition or Filter and names the parameter in errors. Returns every static fault
    /// an expression can have by itself, in the service's order; faults that depend on a table are the operation's.
    /// </summary>
    public static DynamoError? TryParse(
        string text, ExpressionKind kind, ExpressionAttributes attributes, out ConditionExpression? expression)
    {
        DynamoError? error = new ConditionParser(text, kind, attributes).Parse(out ConditionNode? root);
        expression = root is null ? null : new ConditionExpression(root);
        return error;
    }

    /// <summary>Whether the condition holds for the item; null means that there is no such item.</summary>
    public bool Matches(AttributeMap? item) => ConditionEvaluator.Holds(Root, item);

    private static void Collect(ConditionNode node, List<DocumentPath> paths)
    {
        switch (node)
        {
            case ConditionNode.And and:
                CollectAll(and.Terms, paths);
                break;
            case ConditionNode.Or or:
                CollectAll(or.Terms, paths);
                break;
            case ConditionNode.Not not:
                Collect(not.Term, paths);
                break;
            case ConditionNode.Comparison comparison:
                Collect(paths, comparison.Left, comparison.Right);
                break;
            case ConditionNode.Between between:
                Collect(paths, between.Value, between.Low, between.High);
                break;
            case ConditionNode.In any:
                Collect(paths, [any.Value, .. any.Candidates]);
                break;
            case ConditionNode.Exists exists:
                paths.Add(exists.Path);
                break;
            case ConditionNode.NotExists missing:
                paths.Add(missing.Path);
                break;
            case ConditionNode.HasType typed:
                Collect(paths, typed.Value);
                break;
            case ConditionNode.BeginsWith begins:
                Collect(paths, begins.Value, begins.Prefix);
                break;
            case ConditionNode.Contains contains:
                Collect(paths, contains.Value, contains.Part);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void CollectAll(IReadOnlyList<ConditionNode> terms, List<DocumentPath> paths)
    {
        foreach (ConditionNode term in terms)
        {
            Collect(term, paths);
        }
    }

    private static void Collect(List<DocumentPath> paths, params ReadOnlySpan<Operand> operands)
    {
        foreach (Operand operand in operands)
        {
            Operand inner = operand;
            while (inner is Operand.Size size)
            {
                inner = size.Of;
            }

            if (inner is Operand.Attribute attribute)
            {
                paths.Add(attribute.Path);
            }
        }
    }
}
