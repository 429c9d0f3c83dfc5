namespace DaxProxy.Core.Items;

/// <summary>The ten data types of DynamoDB, named as their tags on the wire.</summary>
public enum AttributeType : byte
{
    /// <summary>String: UTF-8, compared by bytes.</summary>
    S,

    /// <summary>Number: up to 38 significant digits.</summary>
    N,

    /// <summary>Binary: compared as unsigned bytes.</summary>
    B,

    /// <summary>Set of strings.</summary>
    SS,

    /// <summary>Set of numbers.</summary>
    NS,

    /// <summary>Set of binaries.</summary>
    BS,

    /// <summary>Map of names to values.</summary>
    M,

    /// <summary>List of values of any types.</summary>
    L,

    /// <summary>Null.</summary>
    NULL,

    /// <summary>Boolean.</summary>
    BOOL,
}
