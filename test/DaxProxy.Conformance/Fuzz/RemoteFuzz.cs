using System.Net;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>
/// The requests of <see cref="HttpFuzz"/> to a proxy whose backend damages its answers: a 500 is right where there was none that can be
/// used.
/// </summary>
internal sealed class RemoteFuzz(IPEndPoint server) : HttpFuzz(server)
{
    /// <inheritdoc/>
    /// <remarks>What breaks the proxy itself is in its log and its counter of faults.</remarks>
    protected override bool IsInternalError(FuzzInput input) => false;
}
