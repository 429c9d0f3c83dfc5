namespace DaxProxy.Core.Operations.Legacy;

/// <summary>What AttributeUpdates does to an attribute.</summary>
public enum AttributeAction
{
    /// <summary>Puts the value there; the default.</summary>
    PUT,

    /// <summary>Adds to a number, adds members to a set, appends to a list.</summary>
    ADD,

    /// <summary>Takes members out of a set, or without a value the whole attribute away.</summary>
    DELETE,
}
