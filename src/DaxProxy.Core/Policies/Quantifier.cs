namespace DaxProxy.Core.Policies;

/// <summary>How several values of a request count in one condition: the set operators of IAM.</summary>
internal enum Quantifier
{
    /// <summary>None was written: the key has one value.</summary>
    None,

    /// <summary>Every value of the request has to match; so a request without any matches.</summary>
    ForAllValues,

    /// <summary>One value of the request has to match; so a request without any does not.</summary>
    ForAnyValue,
}
