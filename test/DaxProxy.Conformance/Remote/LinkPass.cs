namespace DaxProxy.Conformance.Remote;

/// <summary>A request that the backend behind the link has answered: the only proof that it may have had an effect.</summary>
/// <param name="Request">The request.</param>
/// <param name="From">Before it was passed on, in ticks of the stopwatch.</param>
/// <param name="To">When the backend's answer was there.</param>
/// <param name="Status">The status of that answer.</param>
internal sealed record LinkPass(LinkRequest Request, long From, long To, int Status);
