namespace DaxProxy.Core.Operations.Legacy;

/// <summary>How the conditions of Expected, QueryFilter or ScanFilter are joined.</summary>
public enum ConditionalOperator
{
    /// <summary>All must hold; the default.</summary>
    AND,

    /// <summary>One must hold.</summary>
    OR,
}
