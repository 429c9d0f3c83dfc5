using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Finds the items of a vector index whose vectors are nearest to a given one.</summary>
public sealed class SearchVectors() : Operation(Definition)
{
    private const int MaxTopK = 100;

    private ProjectionExpression? projection;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(SearchVectors));

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName, IndexName);

    /// <inheritdoc/>
    public override long MaxReplyItemBytes => TopK * ReplyLimits.ItemBytes;

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>Name of the index.</summary>
    public required string IndexName { get; init; }

    /// <summary>The vector as it was sent: whether its elements are numbers is said once the index is known.</summary>
    public required IReadOnlyList<Decoded<AttributeValue>> SearchVector { get; init; }

    /// <summary>How many items to find at most.</summary>
    public required int TopK { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>The condition as sent; null when absent.</summary>
    public string? SearchConditionExpression { get; init; }

    /// <summary>The projection as sent; null when absent.</summary>
    public string? ProjectionExpression { get; init; }

    /// <summary>The maps behind the expressions' references.</summary>
    public ExpressionParameters Expressions { get; init; } = ExpressionParameters.None;

    /// <summary>What the condition says: attributes and the values that they must have. Set by the static checks.</summary>
    public IReadOnlyList<SearchCondition> Conditions { get; private set; } = [];

    /// <summary>The compiled projection; null for what the index holds but the vector. Set by the static checks.</summary>
    public ProjectionExpression? Projection => projection;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (TopK > MaxTopK)
        {
            return VectorFaults.TopKOutOfRange(TopK);
        }

        bool hasCondition = SearchConditionExpression is not null;
        return Expressions.CheckUse(
                hasCondition || ProjectionExpression is not null, hasCondition, "SearchConditionExpression is null", layer)
            ?? Expressions.TryResolve(layer, out ExpressionAttributes attributes)
            ?? CompileCondition(attributes)
            ?? (ProjectionExpression is null
                ? null
                : Core.Expressions.ProjectionExpression.TryParse(ProjectionExpression, attributes, out projection))
            ?? attributes.FindUnused();
    }

    private DynamoError? CompileCondition(ExpressionAttributes attributes)
    {
        if (SearchConditionExpression is null)
        {
            return null;
        }

        DynamoError? error = ConditionExpression.TryParse(
            SearchConditionExpression, ExpressionKind.SearchCondition, attributes, out ConditionExpression? condition);
        if (error is not null)
        {
            return error;
        }

        List<SearchCondition> conditions = [];
        error = Collect(condition!.Root, conditions);
        Conditions = conditions;
        return error;
    }

    /// <summary>
    /// Takes equalities joined by AND. For anything else but another comparison no answer of the service is known; it is refused alike.
    /// </summary>
    private static DynamoError? Collect(ConditionNode node, List<SearchCondition> conditions)
    {
        switch (node)
        {
            case ConditionNode.And and:
                return and.Terms.Select(term => Collect(term, conditions)).FirstOrDefault(error => error is not null);
            case ConditionNode.Comparison
            {
                Operator: Comparator.Equal,
                Left: Operand.Attribute { Path: var path },
                Right: Operand.Constant { Value: var value },
            }:
                conditions.Add(new SearchCondition(path, value));
                return null;
            case ConditionNode.Comparison
            {
                Operator: Comparator.Equal,
                Left: Operand.Constant { Value: var value },
                Right: Operand.Attribute { Path: var path },
            }:
                conditions.Add(new SearchCondition(path, value));
                return null;
            default:
                return VectorFaults.InvalidComparator;
        }
    }
}
