using DaxProxy.Core.Items;

namespace DaxProxy.Core.Errors;

/// <summary>Texts for attribute values that are not valid in themselves. Source: recorded answers of the service.</summary>
public static class ValueFaults
{
    /// <summary>No data type given (unknown ones do not count).</summary>
    public const string NoType = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";

    /// <summary>More than one data type given.</summary>
    public const string SeveralTypes =
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";

    /// <summary><c>{"NULL":false}</c>.</summary>
    public const string NullFalse = "One or more parameter values were invalid: Null attribute value types must have the value of true";

    /// <summary>A set of strings without members (two blanks: as the service writes it).</summary>
    public const string EmptyStringSet = "One or more parameter values were invalid: An string set  may not be empty";

    /// <summary>A set of numbers without members.</summary>
    public const string EmptyNumberSet = "One or more parameter values were invalid: An number set  may not be empty";

    /// <summary>A set of binaries without members.</summary>
    public const string EmptyBinarySet = "One or more parameter values were invalid: Binary sets should not be empty";

    /// <summary>A set of strings with a null among them.</summary>
    public const string NullInStringSet =
        "One or more parameter values were invalid: An string set may not have a null string as a member";

    /// <summary>
    /// A set of binaries with a null among them. The words are of the time when no member of a set could be empty; later ones are not
    /// known.
    /// </summary>
    public const string NullInBinarySet = "One or more parameter values were invalid: Binary sets may not contain null or empty values";

    /// <summary>A value nested deeper than 32 levels.</summary>
    public const string TooDeep =
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

    /// <summary>The same as the reason of a transaction that would write one. Source: paritysuite/dynamodb-conformance.</summary>
    public const string TooDeepToWrite = "Nesting Levels have exceeded supported limits";

    /// <summary>A top-level attribute without a name.</summary>
    public const string EmptyName = "Empty attribute name";

    /// <summary>A sum or difference that needs more than 38 digits or leaves the range.</summary>
    public const string Overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";

    /// <summary>Why a text is no number.</summary>
    public static string Number(NumberFault fault, string text, ValidationLayer layer) =>
        Text(layer == ValidationLayer.Older ? BigDecimal.FaultOf(fault, text) : fault, text, layer);

    private static string Text(NumberFault fault, string text, ValidationLayer layer) => fault switch
    {
        NumberFault.Overflow => Overflow,
        NumberFault.Underflow => "Number underflow. Attempting to store a number with magnitude smaller than supported range",
        NumberFault.TooManyDigits => "Attempting to store more than 38 significant digits in a Number",
        _ when text.Length == 0 && layer == ValidationLayer.Older => "The parameter cannot be converted to a numeric value",
        _ => "The parameter cannot be converted to a numeric value: " + text,
    };

    /// <summary>A number set with two equal members.</summary>
    public static string DuplicateNumbers(ValidationLayer layer) => layer == ValidationLayer.Older
        ? "Input collection contains duplicates"
        : "One or more parameter values were invalid: Input collection contains duplicates.";

    /// <summary>A set with two equal members.</summary>
    /// <param name="type">Type of the set.</param>
    /// <param name="members">The members as sent.</param>
    /// <param name="layer">Whose texts to use.</param>
    public static string Duplicates(AttributeType type, AttributeValue[] members, ValidationLayer layer)
    {
        if (type == AttributeType.NS)
        {
            return DuplicateNumbers(layer);
        }

        bool older = layer == ValidationLayer.Older;
        IEnumerable<AttributeValue> printed = older ? members : RepeatFirst(members);
        IEnumerable<string> texts = printed.Select(m => m.Type == AttributeType.S ? m.String : Convert.ToBase64String(m.Binary.Span));
        string list = older
            ? string.Join(", ", texts)
            : string.Join(type == AttributeType.SS ? ", " : ",", texts.Select(text => $"\"{text}\""));
        return "One or more parameter values were invalid: Input collection [" + list
            + (type == AttributeType.SS ? "] contains duplicates." : "]of type BS contains duplicates.");
    }

    /// <summary>The current layer prints the members before the first repeat sorted, then the repeat and the rest as sent.</summary>
    private static IEnumerable<AttributeValue> RepeatFirst(AttributeValue[] members)
    {
        HashSet<AttributeValue> seen = [];
        int repeat = Array.FindIndex(members, member => !seen.Add(member));
        AttributeValue[] head = members[..repeat];
        Array.Sort(head, AttributeValue.CompareScalars);
        return head.Concat(members[repeat..]);
    }
}
