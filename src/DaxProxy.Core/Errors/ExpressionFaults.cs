namespace DaxProxy.Core.Errors;

/// <summary>
/// Texts for expressions: what is wrong with one as it is written, and what goes wrong when an update meets an item.
/// Source: recorded answers of the service; where a text is not recorded its comment says so.
/// </summary>
/// <remarks>
/// The texts for one expression follow <c>Invalid ConditionExpression: </c>; <see cref="Invalid"/> puts the two together.
/// </remarks>
public static class ExpressionFaults
{
    /// <summary>An expression of no characters.</summary>
    public const string Empty = "The expression can not be empty;";

    /// <summary>An update expression over 4096 bytes; the other kinds add their size (<see cref="TooLong"/>).</summary>
    public const string UpdateTooLong = "Expression size has exceeded the maximum allowed size;";

    /// <summary>A pair of parentheses directly inside another one.</summary>
    public const string RedundantParentheses = "The expression has redundant parentheses;";

    /// <summary>SET beyond its parent, REMOVE of a nested path whose parent is missing: no such place in the item.</summary>
    public const string PathNotInItem = "The document path provided in the update expression is invalid for update";

    /// <summary>A right-hand side reads an attribute that is not there.</summary>
    public const string AttributeMissing = "The provided expression refers to an attribute that does not exist in the item";

    /// <summary>Arithmetic, ADD, DELETE or list_append meets an attribute of another type.</summary>
    public const string AttributeType = "An operand in the update expression has an incorrect data type";

    /// <summary>What <see cref="AttributeType"/> is for AttributeUpdates.</summary>
    public const string LegacyAttributeType = "Type mismatch for attribute to update";

    /// <summary><c>size</c> inside a key condition.</summary>
    public const string KeyNested = "KeyConditionExpressions cannot contain nested operations";

    /// <summary>A path of several elements inside a key condition.</summary>
    public const string KeyPathNested = "KeyConditionExpressions cannot have conditions on nested attributes";

    /// <summary>One key condition compares two attributes.</summary>
    public const string KeySeveralNames = "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition";

    /// <summary>A key condition that names no attribute.</summary>
    public const string KeyNoName = "Invalid condition in KeyConditionExpression: No key attribute specified";

    /// <summary>The error for one expression parameter: <c>Invalid ConditionExpression: text</c>.</summary>
    public static DynamoError Invalid(string parameter, string text) => DynamoError.Validation($"Invalid {parameter}: {text}");

    /// <summary>More than 4096 bytes of text, placeholders counted as written.</summary>
    public static string TooLong(int bytes) => $"Expression size has exceeded the maximum allowed size; expression size: {bytes}";

    /// <summary>The text is no expression; <paramref name="near"/> is the token with its neighbours.</summary>
    public static string Syntax(string token, string near) => $"Syntax error; token: \"{token}\", near: \"{near}\"";

    /// <summary>A function that does not exist.</summary>
    public static string UnknownFunction(string name) => "Invalid function name; function: " + name;

    /// <summary>A boolean function as an operand, <c>size</c> as a condition, <c>list_append</c> inside itself.</summary>
    public static string MisusedFunction(string name) =>
        "The function is not allowed to be used this way in an expression; function: " + name;

    /// <summary>
    /// A function of updates in a condition. Source: the service's enumeration of faults, as shipped in its local edition.
    /// </summary>
    public static string NotForConditions(string name) => "The function is not allowed in a condition expression; function: " + name;

    /// <summary>A function of conditions in an update. Source: as <see cref="NotForConditions"/>.</summary>
    public static string NotForUpdates(string name) => "The function is not allowed in an update expression; function: " + name;

    /// <summary>A bare name that is one of the reserved words.</summary>
    public static string ReservedWord(string word) => "Attribute name is a reserved keyword; reserved keyword: " + word;

    /// <summary>A <c>#name</c> without a definition.</summary>
    public static string UndefinedName(string placeholder) =>
        "An expression attribute name used in the document path is not defined; attribute name: " + placeholder;

    /// <summary>A <c>:value</c> without a definition.</summary>
    public static string UndefinedValue(string placeholder) =>
        "An expression attribute value used in expression is not defined; attribute value: " + placeholder;

    /// <summary>A function with too few or too many operands.</summary>
    public static string OperandCount(string function, int count) =>
        $"Incorrect number of operands for operator or function; operator or function: {function}, number of operands: {count}";

    /// <summary>One path on both sides.</summary>
    public static string SamePath(string operation, string path) =>
        "The first operand must be distinct from the remaining operands for this operator or function; " +
        $"operator: {operation}, first operand: {path}";

    /// <summary>A constant of a type that the operator or function never takes.</summary>
    public static string OperandType(string operation, string type) =>
        $"Incorrect operand type for operator or function; operator or function: {operation}, operand type: {type}";

    /// <summary>ADD or DELETE of a constant it never takes; here types are written as words (<c>STRING</c>). Source: answers
    /// quoted in public bug reports since 2021; recordings of 2015 lack the last clause.</summary>
    public static string ActionOperandType(string action, string typeWord) =>
        $"Incorrect operand type for operator or function; operator: {action}, operand type: {typeWord}, "
        + $"typeSet: ALLOWED_FOR_{action}_OPERAND";

    /// <summary>A function that needs a path got something else.</summary>
    public static string PathRequired(string function) =>
        "Operator or function requires a document path; operator or function: " + function;

    /// <summary>The second operand of <c>attribute_type</c> names no type.</summary>
    public static string UnknownTypeName(string name) =>
        $"Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}";

    /// <summary>The constants of BETWEEN are of two types.</summary>
    public static string BetweenTypes(string lower, string upper) =>
        "The BETWEEN operator requires same data type for lower and upper bounds; " +
        $"lower bound operand: AttributeValue: {lower}, upper bound operand: AttributeValue: {upper}";

    /// <summary>The constants of BETWEEN are in the wrong order.</summary>
    public static string BetweenOrder(string lower, string upper) =>
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
        $"lower bound operand: AttributeValue: {lower}, upper bound operand: AttributeValue: {upper}";

    /// <summary>More than 100 candidates of IN. Text not recorded.</summary>
    public static string TooManyCandidates(int count) =>
        $"The IN operator is provided with too many operands; number of operands: {count}";

    /// <summary>More than 300 operators; functions and parentheses do not count.</summary>
    public static string TooManyOperators(int count) => $"The expression contains too many operators; operator count: {count}";

    /// <summary>A path of more than 32 elements.</summary>
    public static string PathTooDeep(int levels) => $"The document path has too many nesting levels; nesting levels: {levels}";

    /// <summary>A list index that no list can have.</summary>
    public static string IndexOutOfRange(string digits) => $"List index is not within the allowable range; index: [{digits}]";

    /// <summary>SET, REMOVE, ADD or DELETE twice.</summary>
    public static string RepeatedSection(string section) =>
        $"The \"{section}\" section can only be used once in an update expression;";

    /// <summary>One path is another one, or its beginning.</summary>
    public static string Overlap(string one, string two) =>
        $"Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}";

    /// <summary>Two paths take one value for a map and for a list.</summary>
    public static string Conflict(string one, string two) =>
        $"Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {one}, path two: {two}";

    /// <summary>Names without a reference; the keys as sent, with their <c>#</c>.</summary>
    public static string UnusedNames(IEnumerable<string> keys) =>
        $"Value provided in ExpressionAttributeNames unused in expressions: keys: {{{string.Join(", ", keys)}}}";

    /// <summary>Values without a reference; the keys as sent, with their <c>:</c>.</summary>
    public static string UnusedValues(IEnumerable<string> keys) =>
        $"Value provided in ExpressionAttributeValues unused in expressions: keys: {{{string.Join(", ", keys)}}}";

    /// <summary>An operator or function that no key condition can use.</summary>
    public static string KeyOperator(string operation) => "Invalid operator used in KeyConditionExpression: " + operation;

    /// <summary>BETWEEN or begins_with whose first operand is not the key.</summary>
    public static string KeyNotFirst(string operation) =>
        $"Invalid condition in KeyConditionExpression: {operation} operator must have the key attribute as its first operand";

    /// <summary>Two conditions on one attribute.</summary>
    public static string KeyTwice(ValidationLayer layer) => layer == ValidationLayer.Older
        ? "KeyConditionExpressions must only contain one condition per key"
        : "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key";

    /// <summary>A path into a key attribute. Depends on the schema, so the operation says which key it is.</summary>
    public static string PathIntoKey(string name) =>
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: " + name;

    /// <summary>A path into a key attribute of an index.</summary>
    public static string PathIntoIndexKey(string name) =>
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: " + name;
}
