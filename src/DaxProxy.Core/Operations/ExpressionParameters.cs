using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary><c>ExpressionAttributeNames</c> and <c>ExpressionAttributeValues</c> as they were sent.</summary>
/// <param name="Names">Name references with their <c>#</c>, in the order sent; null when the member was absent.</param>
/// <param name="Values">Value references with their <c>:</c>, in the order sent; null when the member was absent.</param>
public sealed record ExpressionParameters(
    IReadOnlyDictionary<string, string>? Names,
    IReadOnlyList<KeyValuePair<string, Decoded<AttributeValue>>>? Values)
{
    /// <summary>Neither member was sent.</summary>
    public static ExpressionParameters None { get; } = new(null, null);

    /// <summary>
    /// Whether there are expressions for the maps to belong to. The service asks this right after whether parameters were mixed.
    /// </summary>
    /// <param name="hasExpression">Whether any expression was sent, projections included.</param>
    /// <param name="hasValueExpression">Whether an expression that may use values was sent.</param>
    /// <param name="absentValueExpressions">How the older layer names the missing ones: <c>ConditionExpression is null</c>.</param>
    /// <param name="layer">Whose texts to use.</param>
    public DynamoError? CheckUse(bool hasExpression, bool hasValueExpression, string absentValueExpressions, ValidationLayer layer) =>
        Names is not null && !hasExpression ? RequestFaults.NamesWithoutExpression
            : Values is not null && !hasValueExpression ? RequestFaults.ValuesWithoutExpression(absentValueExpressions, layer)
            : null;

    /// <summary>Checks what the maps say, in the service's order, and gives what the parsers resolve references with.</summary>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="attributes">The maps, ready for parsing.</param>
    public DynamoError? TryResolve(ValidationLayer layer, out ExpressionAttributes attributes)
    {
        attributes = ExpressionAttributes.None;
        if (Names is not null && CheckNames(Names) is { } nameError)
        {
            return nameError;
        }

        AttributeMap? values = null;
        if (Values is not null && TryCollectValues(Values, layer, out values) is { } valueError)
        {
            return valueError;
        }

        attributes = new ExpressionAttributes(Names, values);
        return null;
    }

    private static DynamoError? CheckNames(IReadOnlyDictionary<string, string> names)
    {
        if (names.Count == 0)
        {
            return RequestFaults.MustNotBeEmpty("ExpressionAttributeNames");
        }

        foreach (string reference in names.Keys)
        {
            if (!IsReference(reference, '#'))
            {
                return RequestFaults.InvalidReference("ExpressionAttributeNames", reference);
            }
        }

        return null;
    }

    private static DynamoError? TryCollectValues(
        IReadOnlyList<KeyValuePair<string, Decoded<AttributeValue>>> sent, ValidationLayer layer, out AttributeMap? values)
    {
        values = null;
        if (sent.Count == 0)
        {
            return RequestFaults.MustNotBeEmpty("ExpressionAttributeValues");
        }

        AttributeMap collected = new();
        foreach ((string reference, Decoded<AttributeValue> value) in sent)
        {
            if (!IsReference(reference, ':'))
            {
                return RequestFaults.InvalidReference("ExpressionAttributeValues", reference);
            }

            if (value.Fault is { } fault)
            {
                return RequestFaults.InvalidExpressionValue(fault, reference, layer);
            }

            collected[reference] = value.Value!;
        }

        values = collected;
        return null;
    }

    private static bool IsReference(string reference, char sign)
    {
        if (reference.Length < 2 || reference[0] != sign)
        {
            return false;
        }

        foreach (char c in reference.AsSpan(1))
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
            {
                return false;
            }
        }

        return true;
    }
}
