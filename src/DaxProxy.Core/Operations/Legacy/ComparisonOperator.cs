namespace DaxProxy.Core.Operations.Legacy;

/// <summary>How a condition of the legacy parameters compares an attribute with its values; named as on the wire.</summary>
public enum ComparisonOperator
{
    /// <summary>Equal to the value, which may be of any type.</summary>
    EQ,

    /// <summary>Not equal to the value; a missing attribute is not.</summary>
    NE,

    /// <summary>Equal to one of the values.</summary>
    IN,

    /// <summary>Less or equal.</summary>
    LE,

    /// <summary>Less.</summary>
    LT,

    /// <summary>Greater or equal.</summary>
    GE,

    /// <summary>Greater.</summary>
    GT,

    /// <summary>Between two bounds, both included.</summary>
    BETWEEN,

    /// <summary>The attribute is there, whatever its type.</summary>
    NOT_NULL,

    /// <summary>The attribute is not there.</summary>
    NULL,

    /// <summary>Part of a string or binary, member of a set, element of a list.</summary>
    CONTAINS,

    /// <summary>The attribute is there and does not contain the value; one of a type that cannot contain it does not.</summary>
    NOT_CONTAINS,

    /// <summary>A string or binary begins with the value.</summary>
    BEGINS_WITH,
}
