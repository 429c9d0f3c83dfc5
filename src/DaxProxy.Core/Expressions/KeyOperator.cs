namespace DaxProxy.Core.Expressions;

/// <summary>How a Query compares a key attribute.</summary>
public enum KeyOperator
{
    /// <summary><c>=</c>; the only one for a partition key.</summary>
    Equal,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary>Between two bounds, both included.</summary>
    Between,

    /// <summary>A string or binary begins with another one.</summary>
    BeginsWith,
}
