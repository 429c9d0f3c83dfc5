namespace DaxProxy.Report;

/// <summary>What a report advises.</summary>
internal enum Advice
{
    /// <summary>The proxy helps a lot.</summary>
    Use,

    /// <summary>It helps a little, or at a price.</summary>
    Hardly,

    /// <summary>It does not help, or harms.</summary>
    DoNotUse,
}
