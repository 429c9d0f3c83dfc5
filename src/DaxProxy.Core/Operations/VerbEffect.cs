namespace DaxProxy.Core.Operations;

/// <summary>What a verb changes of what the caches hold.</summary>
public enum VerbEffect
{
    /// <summary>No item that is there, and nothing of what tables look like.</summary>
    None,

    /// <summary>Items of the tables that its request names, until it is answered.</summary>
    Items,

    /// <summary>Items of the table that its request names, also after it was answered.</summary>
    ItemsAfterwards,

    /// <summary>The table that its request names: it makes, changes or removes it.</summary>
    Tables,

    /// <summary>What its PartiQL statements change.</summary>
    Statements,

    /// <summary>It may change anything.</summary>
    Unknown,
}
