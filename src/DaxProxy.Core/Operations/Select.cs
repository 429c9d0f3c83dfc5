namespace DaxProxy.Core.Operations;

/// <summary>What a Query or Scan returns of the entries it matched.</summary>
public enum Select
{
    /// <summary>Not given: everything the queried table or index holds, or what a projection names.</summary>
    Default,

    /// <summary>Every attribute of the item.</summary>
    ALL_ATTRIBUTES,

    /// <summary>Every attribute projected into the index.</summary>
    ALL_PROJECTED_ATTRIBUTES,

    /// <summary>The attributes a projection names.</summary>
    SPECIFIC_ATTRIBUTES,

    /// <summary>Only how many.</summary>
    COUNT,
}
