namespace DaxProxy.Core.Policies;

/// <summary>
/// One condition of a statement: an operator, a key and values. One of the values has to match; with a negated operator, none may.
/// </summary>
/// <param name="Operator">How values are compared.</param>
/// <param name="Quantifier">How several values of the request count.</param>
/// <param name="IfExists">Whether it holds where the request has no such key.</param>
/// <param name="Key">The condition key, as written.</param>
/// <param name="Values">The values of the policy; at least one.</param>
/// <remarks>
/// Immutable. A request with several values of a key that no set operator stands before is something that IAM leaves open. The stricter
/// reading is taken: to allow, all of its values must do, to deny, one is enough.
/// </remarks>
internal sealed record Condition(
    ConditionOperator Operator, Quantifier Quantifier, bool IfExists, string Key, IReadOnlyList<Pattern> Values)
{
    /// <summary>The condition keys whose values it needs.</summary>
    public IEnumerable<string> Keys => Values.SelectMany(value => value.Variables).Prepend(Key);

    /// <summary>Whether it holds; null where one of its variables has no value, and then the statement does not match.</summary>
    /// <param name="request">What the request is.</param>
    /// <param name="isDenying">Whether the statement denies.</param>
    public bool? Holds(RequestContext request, bool isDenying)
    {
        List<Glob> patterns = [];
        foreach (Pattern value in Values)
        {
            if (value.Resolve(request) is not { } pattern)
            {
                return null;
            }

            patterns.Add(pattern);
        }

        bool isThere = request.TryGet(Key, out IReadOnlyList<string>? given) && given.Count > 0;
        if (Operator.IsNull)
        {
            return patterns.Exists(pattern => Operator.Matches(isThere ? "false" : "true", pattern));
        }

        if (!isThere)
        {
            return IfExists || (Quantifier == Quantifier.None ? Operator.IsNegated : Quantifier == Quantifier.ForAllValues);
        }

        bool Fits(string value) => patterns.Exists(pattern => Operator.Matches(value, pattern)) != Operator.IsNegated;
        bool needsAll = Quantifier == Quantifier.ForAllValues || (Quantifier == Quantifier.None && !isDenying);
        return needsAll ? given!.All(Fits) : given!.Any(Fits);
    }
}
