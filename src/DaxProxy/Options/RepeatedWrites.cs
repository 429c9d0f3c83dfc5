namespace DaxProxy.Options;

/// <summary>Which writes are sent again when it is not known whether they happened.</summary>
internal enum RepeatedWrites
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those that leave the same and are answered the same whether they happen once or twice.</summary>
    Idempotent,

    /// <summary>All, as most SDKs do: a counter may count twice, a condition may fail because of its own write.</summary>
    All,
}
