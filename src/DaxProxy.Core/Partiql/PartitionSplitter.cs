using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Partiql;

/// <summary>
/// Takes a WHERE apart into reads of single partitions, where it allows that: each alternative must fix the partition key.
/// <code>
/// p = 1 AND s > 2 AND x = 3          one partition, one range, the rest is a filter
/// p IN [1, 2] AND s IN [3, 4]        four items
/// p = 1 AND x = 2 OR p = 1 AND y = 3 one partition, filtered by both alternatives
/// p = 1 OR x = 2                     no read of partitions
/// </code>
/// </summary>
internal sealed class PartitionSplitter(ReadSource source)
{
    /// <summary>Most reads that one statement may come to. Source: the service's documented limit for IN.</summary>
    private const int MaxReads = 50;

    /// <summary>The reads, in the order written; null where the whole table or index must be read.</summary>
    public DynamoError? TrySplit(ConditionNode? where, out IReadOnlyList<PartitionRead>? reads)
    {
        reads = null;
        if (where is null || FindBranches(where) is not { } branches)
        {
            return null;
        }

        List<PartitionRead> found = [];
        foreach (IGrouping<AttributeValue, Branch> partition in branches.GroupBy(branch => branch.Hash))
        {
            if (Plan(partition.Key, [.. partition.Select(branch => branch.Rest)], found) is { } error)
            {
                return error;
            }

            if (found.Count > MaxReads)
            {
                return PartiqlFaults.TooManyReads;
            }
        }

        reads = found;
        return null;
    }

    /// <summary>The partitions a condition is confined to, and what else it says of each; null where it is not confined.</summary>
    private List<Branch>? FindBranches(ConditionNode node)
    {
        switch (node)
        {
            case ConditionNode.And both:
                for (int i = 0; i < both.Terms.Count; i++)
                {
                    if (FindBranches(both.Terms[i]) is { } confined)
                    {
                        ConditionNode[] others = [.. both.Terms.Take(i), .. both.Terms.Skip(i + 1)];
                        return confined.ConvertAll(branch => new Branch(branch.Hash, [.. branch.Rest, .. others]));
                    }
                }

                return null;
            case ConditionNode.Or either:
                List<Branch> all = [];
                foreach (ConditionNode term in either.Terms)
                {
                    if (FindBranches(term) is not { } branches)
                    {
                        return null;
                    }

                    all.AddRange(branches);
                }

                return all;
            default:
                return KeyTerms.EqualTo(node, source.HashName) is { } value
                    ? [new Branch(value, [])]
                    : KeyTerms.OneOf(node, source.HashName)?.Select(candidate => new Branch(candidate, [])).ToList();
        }
    }

    /// <summary>The reads of one partition, given what each alternative says besides.</summary>
    private DynamoError? Plan(AttributeValue hash, List<IReadOnlyList<ConditionNode>> alternatives, List<PartitionRead> found)
    {
        List<Range> ranges = [];
        foreach (IReadOnlyList<ConditionNode> terms in alternatives)
        {
            if (terms.Any(IsOverlapping))
            {
                return PartiqlFaults.OverlappingRanges;
            }

            AddRanges(terms, ranges);
        }

        if (ranges.Count == 1)
        {
            found.Add(new PartitionRead(hash, ranges[0].Clause, KeyTerms.All(ranges[0].Rest)));
            return null;
        }

        if (ranges.TrueForAll(range => range.Clause?.Operator == KeyOperator.Equal))
        {
            found.AddRange(ranges.GroupBy(range => range.Clause!.Value).Select(item =>
                new PartitionRead(hash, item.First().Clause, Any([.. item.Select(range => range.Rest)]))));
            return null;
        }

        if (ranges.Exists(range => range.Clause is null && !range.Rest.Any(IsNegative)) && ranges.Exists(range => range.Clause is not null))
        {
            return PartiqlFaults.OverlappingRanges;
        }

        // Several ranges: read the whole partition once, so that no item comes twice.
        found.Add(new PartitionRead(hash, null, Any(alternatives)));
        return null;
    }

    /// <summary>An alternative in which some branch restricts the sort key and another does not.</summary>
    private bool IsOverlapping(ConditionNode term) => term is ConditionNode.Or either
        && either.Terms.Any(Restricts)
        && either.Terms.Any(branch => !KeyTerms.Reads(branch, source.RangeName));

    /// <summary>
    /// Whether a term says of the sort key what it is not, by NOT or by &lt;&gt;. The service has no objection to such alternatives beside
    /// any others. Source: paritysuite/dynamodb-conformance, <c>whereOverlap.test.ts</c>.
    /// </summary>
    private bool IsNegative(ConditionNode term) => KeyTerms.Reads(term, source.RangeName) && !Restricts(term);

    private bool Restricts(ConditionNode term) => term switch
    {
        ConditionNode.Not or ConditionNode.Comparison { Operator: Comparator.NotEqual } => false,
        ConditionNode.And all => all.Terms.Any(Restricts),
        ConditionNode.Or either => either.Terms.Any(Restricts),
        _ => KeyTerms.Reads(term, source.RangeName),
    };

    private void AddRanges(IReadOnlyList<ConditionNode> terms, List<Range> ranges)
    {
        if (source.RangeName is not string name)
        {
            ranges.Add(new Range(null, terms));
            return;
        }

        int at = IndexOf(terms, term => KeyTerms.EqualTo(term, name) is not null);
        if (at < 0)
        {
            at = IndexOf(terms, term => KeyTerms.OneOf(term, name) is not null);
        }

        if (at < 0)
        {
            at = IndexOf(terms, term => KeyTerms.TryAsClause(term, name) is not null);
        }

        if (at < 0)
        {
            ranges.Add(new Range(null, terms));
            return;
        }

        ConditionNode[] rest = [.. terms.Take(at), .. terms.Skip(at + 1)];
        if (KeyTerms.OneOf(terms[at], name) is { } values)
        {
            ranges.AddRange(values.Select(value => new Range(new KeyCondition(name, KeyOperator.Equal, value, null), rest)));
        }
        else
        {
            ranges.Add(new Range(KeyTerms.TryAsClause(terms[at], name), rest));
        }
    }

    private static int IndexOf(IReadOnlyList<ConditionNode> terms, Predicate<ConditionNode> isWanted)
    {
        for (int i = 0; i < terms.Count; i++)
        {
            if (isWanted(terms[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>That one of the alternatives holds; null where one of them asks nothing.</summary>
    private static ConditionNode? Any(IReadOnlyList<IReadOnlyList<ConditionNode>> alternatives)
    {
        if (alternatives.Any(terms => terms.Count == 0))
        {
            return null;
        }

        List<ConditionNode> conditions = [.. alternatives.Select(terms => KeyTerms.All(terms)!)];
        return conditions.Count == 1 ? conditions[0] : new ConditionNode.Or(conditions);
    }

    private sealed record Branch(AttributeValue Hash, IReadOnlyList<ConditionNode> Rest);

    private sealed record Range(KeyCondition? Clause, IReadOnlyList<ConditionNode> Rest);
}
