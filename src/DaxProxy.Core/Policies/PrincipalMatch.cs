namespace DaxProxy.Core.Policies;

/// <summary>How a caller is among the principals of a statement, the closest last.</summary>
internal enum PrincipalMatch
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Its account is.</summary>
    ByAccount,

    /// <summary>It is, or all callers are.</summary>
    Itself,
}
