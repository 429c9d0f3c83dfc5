namespace DaxProxy.Core.Policies;

/// <summary>How a caller is among the principals of a statement, the closest last.</summary>
internal enum PrincipalMatch
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Its account is.</summary>
    ByAccount,

    /// <summary>It is, or everybody is.</summary>
    Itself,
}
