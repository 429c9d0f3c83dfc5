using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>A kind of Query or Scan. Its values are drawn again for each request.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Condition">The operator of the sort key's condition; empty for none, <c>scan</c> for a Scan.</param>
/// <param name="Variant">Which of the ways to ask.</param>
internal sealed record QueryShape(QuerySource Source, string Condition, int Variant)
{
    public const int QueryVariants = 7;
    private const int ScanVariants = 5;

    /// <summary>Every shape.</summary>
    public static IReadOnlyList<QueryShape> All { get; } = [.. QuerySource.All.SelectMany(Of)];

    /// <summary>Those of the index that comes and goes.</summary>
    public static IReadOnlyList<QueryShape> OfLate { get; } = [.. All.Where(shape => shape.Source.Index == Design.Late.Name)];

    /// <summary>A request of this shape.</summary>
    /// <param name="keys">Draws the values of its key condition.</param>
    /// <param name="dice">Draws the rest, and what means nothing: placeholders and the order of terms.</param>
    /// <param name="start">Where to go on; null for the beginning.</param>
    public PageOperation Make(Dice keys, Dice dice, AttributeMap? start)
    {
        string mark = dice.Chance(50) ? "x" : "y";
        List<KeyValuePair<string, Decoded<AttributeValue>>> values = [];
        PageOperation operation = Condition == "scan" ? Scan(dice, mark, values, start) : Query(keys, dice, mark, values, start);
        return CacheRig.Checked(operation);
    }

    /// <summary>The same condition, asked in another way.</summary>
    public QueryShape As(int variant) => this with { Variant = variant % (Condition == "scan" ? ScanVariants : QueryVariants) };

    private static IEnumerable<QueryShape> Of(QuerySource source)
    {
        string[] conditions = source.Range.Count == 0 ? [""] : ["", "=", "<", "<=", ">", ">=", "between", .. Prefixes(source)];
        return conditions.SelectMany(
            condition => Enumerable.Range(0, QueryVariants).Select(variant => new QueryShape(source, condition, variant)))
            .Concat(Enumerable.Range(0, ScanVariants).Select(variant => new QueryShape(source, "scan", variant)));
    }

    private static string[] Prefixes(QuerySource source) =>
        Values.Of(source.Table, source.Range[0])[0].Type == AttributeType.S ? ["begins"] : [];

    private Query Query(Dice keys, Dice dice, string mark, List<KeyValuePair<string, Decoded<AttributeValue>>> values, AttributeMap? start)
    {
        List<string> terms = [];
        foreach (string hash in Source.Hash)
        {
            terms.Add($"{hash} = {Bind(values, ":" + hash + mark, Draw(keys, hash))}");
        }

        if (Condition.Length > 0)
        {
            terms.Add(SortTerm(keys, mark, values));
        }

        if (dice.Chance(50))
        {
            terms.Reverse();
        }

        bool isCount = Variant == 4;
        return new Query
        {
            TableName = Source.Table,
            IndexName = Source.Index,
            KeyConditionExpression = string.Join(" AND ", terms),
            FilterExpression = Variant is 3 or 5 ? Filter(dice, mark, values) : null,
            ProjectionExpression = Variant is 2 or 5 ? Source.Projection(dice.Chance(50)) : null,
            Select = isCount ? Select.COUNT : Variant == 6 && Source.IsLocal ? Select.ALL_ATTRIBUTES : Select.Default,
            ScanIndexForward = Variant is not (1 or 5),
            Limit = Variant is 1 or 2 or 6 ? 1 + dice.Next(3) : null,
            ExclusiveStartKey = start is null ? null : (Decoded<AttributeMap>?)start,
            ReturnConsumedCapacity = dice.Chance(30) ? ReturnConsumedCapacity.TOTAL : ReturnConsumedCapacity.NONE,
            Expressions = new(null, values),
        };
    }

    private Scan Scan(Dice dice, string mark, List<KeyValuePair<string, Decoded<AttributeValue>>> values, AttributeMap? start)
    {
        string? filter = Variant == 2 ? Filter(dice, mark, values) : null;
        return new Scan
        {
            TableName = Source.Table,
            IndexName = Source.Index,
            FilterExpression = filter,
            ProjectionExpression = Variant == 3 ? Source.Projection(dice.Chance(50)) : null,
            Limit = Variant == 1 ? 3 : null,
            Segment = Variant == 4 ? dice.Next(2) : null,
            TotalSegments = Variant == 4 ? 2 : null,
            ExclusiveStartKey = start is null ? null : (Decoded<AttributeMap>?)start,
            ReturnConsumedCapacity = dice.Chance(30) ? ReturnConsumedCapacity.INDEXES : ReturnConsumedCapacity.NONE,
            Expressions = filter is null ? ExpressionParameters.None : new(null, values),
        };
    }

    private string SortTerm(Dice dice, string mark, List<KeyValuePair<string, Decoded<AttributeValue>>> values)
    {
        string range = Source.Range[0];
        AttributeValue first = Draw(dice, range);
        switch (Condition)
        {
            case "between":
                AttributeValue second = Draw(dice, range);
                bool isInOrder = AttributeValue.CompareScalars(first, second) <= 0;
                string low = Bind(values, ":low" + mark, isInOrder ? first : second),
                    high = Bind(values, ":high" + mark, isInOrder ? second : first);
                return $"{range} BETWEEN {low} AND {high}";
            case "begins":
                string text = first.String;
                return $"begins_with({range}, {Bind(values, ":begin" + mark, AttributeValue.FromString(text.Length > 40 ? text[..^(1 + dice.Next(3))] : text))})";
            default:
                return $"{range} {Condition} {Bind(values, ":bound" + mark, first)}";
        }
    }

    private string? Filter(Dice dice, string mark, List<KeyValuePair<string, Decoded<AttributeValue>>> values)
    {
        if (Source.Filtered is not { } name)
        {
            return null;
        }

        string term = $"{name} >= {Bind(values, ":filter" + mark, Draw(dice, name))}", other = $"attribute_exists({name})";
        return dice.Chance(50) ? $"{term} AND {other}" : $"{other} AND {term}";
    }

    /// <summary>The first values are asked for most, so that there is something to find.</summary>
    private AttributeValue Draw(Dice dice, string attribute)
    {
        AttributeValue[] all = Values.Of(Source.Table, attribute);
        return all[Math.Min(dice.Next(all.Length), dice.Next(all.Length))];
    }

    private static string Bind(List<KeyValuePair<string, Decoded<AttributeValue>>> values, string reference, AttributeValue value)
    {
        values.Add(Values.Bind(reference, value));
        return reference;
    }
}
