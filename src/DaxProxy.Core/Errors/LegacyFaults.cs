namespace DaxProxy.Core.Errors;

/// <summary>
/// Faults of the parameters that were there before expressions (Expected, AttributeUpdates, KeyConditions and their kind); they show
/// without looking at any table. Source: recorded answers of the service.
/// </summary>
public static class LegacyFaults
{
    private const string InvalidParameters = "One or more parameter values were invalid: ";

    /// <summary>An operator between conditions that is none, as Query's current layer says it.</summary>
    public static DynamoError UnknownOperator { get; } =
        DynamoError.Validation("Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]");

    /// <summary>ConditionalOperator with nothing to join: no conditions, an empty map of them, or key conditions only.</summary>
    public static DynamoError OperatorWithoutConditions { get; } =
        DynamoError.Validation("ConditionalOperator cannot be used without Filter or Expected");

    /// <summary>ConditionalOperator with a single condition.</summary>
    public static DynamoError OperatorWithOneCondition { get; } =
        DynamoError.Validation("ConditionalOperator can only be used when Filter or Expected has two or more elements");

    /// <summary>The values of one condition are of several types.</summary>
    public static DynamoError MixedTypes { get; } =
        DynamoError.Validation(InvalidParameters + "AttributeValues inside AttributeValueList must be of same type");

    /// <summary>The bounds of BETWEEN are in the wrong order.</summary>
    public static DynamoError BetweenOrder { get; } = DynamoError.Validation(
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound");

    /// <summary>PUT or ADD without a value.</summary>
    public static DynamoError ActionWithoutValue { get; } =
        DynamoError.Validation(InvalidParameters + "Only DELETE action is allowed when no attribute value is specified");

    /// <summary>A key condition that no index can look up: NE, NULL, NOT_NULL, CONTAINS, NOT_CONTAINS, IN.</summary>
    public static DynamoError NotIndexable { get; } =
        DynamoError.Validation("Attempted conditional constraint is not an indexable operation");

    /// <summary>Key conditions none at all, or (older layer) more than the key of a table can have.</summary>
    public static DynamoError KeyConditionCount { get; } = DynamoError.Validation("Conditions can be of length 1 or 2 only");

    /// <summary>Parameters of both kinds in one request; the names in the order of the service's lists.</summary>
    public static DynamoError Mixed(IEnumerable<string> nonExpressions, IEnumerable<string> expressions) => DynamoError.Validation(
        "Can not use both expression and non-expression parameters in the same request: "
        + $"Non-expression parameters: {{{string.Join(", ", nonExpressions)}}} "
        + $"Expression parameters: {{{string.Join(", ", expressions)}}}");

    /// <summary>AttributesToGet names an attribute twice.</summary>
    public static DynamoError DuplicateName(string name) =>
        DynamoError.Validation($"{InvalidParameters}Duplicate value in attribute name: {name}");

    /// <summary>A comparison with too few or too many values.</summary>
    public static DynamoError ArgumentCount(string comparison) =>
        DynamoError.Validation($"{InvalidParameters}Invalid number of argument(s) for the {comparison} ComparisonOperator");

    /// <summary>A comparison with a value of a type it does not take.</summary>
    public static DynamoError ArgumentType(string comparison, string type) =>
        DynamoError.Validation($"{InvalidParameters}ComparisonOperator {comparison} is not valid for {type} AttributeValue type");

    /// <summary>Expected with a value and a list of values.</summary>
    public static DynamoError ValueAndList(string name) =>
        DynamoError.Validation($"{InvalidParameters}Value and AttributeValueList cannot be used together for Attribute: {name}");

    /// <summary>Expected with <c>Exists</c> and a comparison.</summary>
    public static DynamoError ExistsAndComparison(string name) =>
        DynamoError.Validation($"{InvalidParameters}Exists and ComparisonOperator cannot be used together for Attribute: {name}");

    /// <summary>Expected with a comparison to nothing.</summary>
    public static DynamoError ComparisonWithoutValue(string comparison, string name) => DynamoError.Validation(
        $"{InvalidParameters}Value or AttributeValueList must be used with ComparisonOperator: {comparison} for Attribute: {name}");

    /// <summary>Expected with a list of values and no comparison.</summary>
    public static DynamoError ListWithoutComparison(string name) => DynamoError.Validation(
        $"{InvalidParameters}AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}");

    /// <summary>Expected without a value; <paramref name="exists"/> is <c>null</c> or <c>true</c>.</summary>
    public static DynamoError ValueMissing(string exists, string name) =>
        DynamoError.Validation($"{InvalidParameters}Value must be provided when Exists is {exists} for Attribute: {name}");

    /// <summary>Expected with a value that must not exist.</summary>
    public static DynamoError ValueOfNothing(string name) =>
        DynamoError.Validation($"{InvalidParameters}Value cannot be used when Exists is false for Attribute: {name}");

    /// <summary>DELETE of a value that is no set.</summary>
    public static DynamoError DeleteType(string type) =>
        DynamoError.Validation($"{InvalidParameters}DELETE action with value is not supported for the type {type}");

    /// <summary>ADD of a value that is no number, set or list.</summary>
    public static DynamoError AddType(string type) =>
        DynamoError.Validation($"{InvalidParameters}ADD action is not supported for the type {type}");
}
