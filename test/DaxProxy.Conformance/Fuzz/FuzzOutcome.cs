namespace DaxProxy.Conformance.Fuzz;

/// <summary>What became of an input.</summary>
internal enum FuzzOutcome
{
    /// <summary>It was answered, well or badly, or its connection was closed.</summary>
    Served,

    /// <summary>It was answered with an internal error.</summary>
    InternalError,

    /// <summary>Neither an answer nor the end of the connection came in time.</summary>
    Hang,
}
