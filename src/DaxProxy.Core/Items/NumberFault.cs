namespace DaxProxy.Core.Items;

/// <summary>Why a text is no DynamoDB number; each has its own message.</summary>
public enum NumberFault
{
    /// <summary>It is a number.</summary>
    None,

    /// <summary>Not of the form of a number (also: empty).</summary>
    NotANumber,

    /// <summary>Magnitude above 9.9999999999999999999999999999999999999E+125.</summary>
    Overflow,

    /// <summary>Magnitude below 1E-130 and not zero.</summary>
    Underflow,

    /// <summary>More than 38 significant digits.</summary>
    TooManyDigits,
}
