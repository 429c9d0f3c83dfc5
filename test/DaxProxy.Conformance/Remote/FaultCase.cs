namespace DaxProxy.Conformance.Remote;

/// <summary>One row of the table of faults: what a client sees of it, and what holds afterwards.</summary>
/// <param name="Fault">What happens on the way.</param>
/// <param name="Status">The status that the client gets.</param>
/// <param name="Error">The error's name; null for none.</param>
/// <param name="IsDone">Whether the backend has done a write by the time the client is answered.</param>
/// <param name="Leaves">What a write leaves in the cache.</param>
internal sealed record FaultCase(LinkFault Fault, int Status, string? Error, bool IsDone, Leaves Leaves)
{
    /// <summary>All of it in the row's own words: the test's name.</summary>
    public override string ToString() => $"{Fault}";
}
