using DaxProxy.Core.Operations;

namespace DaxProxy.Forwarding;

/// <summary>A client's request on its way to the backend as it is, with the exchange that its answer goes back on.</summary>
/// <param name="verb">What was asked; <see cref="Verb.Unknown"/> for a verb that is not known here.</param>
/// <param name="target">The value of <c>X-Amz-Target</c>.</param>
/// <param name="body">The body, unpacked. Nothing else touches it from now on.</param>
/// <param name="exchange">The client's request and the answer to it; nothing of the answer has been sent.</param>
/// <param name="changedTables">Names or ARNs of the tables that it may change; null when that is not known.</param>
internal sealed class ForwardedRequest(
    Verb verb, string target, byte[] body, HttpContext exchange, IReadOnlyList<string>? changedTables)
    : ForwardedOperation(verb, changedTables)
{
    /// <summary>The value of <c>X-Amz-Target</c>.</summary>
    public string Target { get; } = target;

    /// <summary>The body, unpacked.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>What the request means; null for a verb that is not known here, and where it does not matter.</summary>
    public Operation? Meaning { get; init; }

    /// <summary>Names or ARNs of the tables that it names, as they were sent.</summary>
    public IReadOnlyList<string> NamedTables { get; init; } = [];

    /// <summary>The client's request and the answer to it.</summary>
    public HttpContext Exchange { get; } = exchange;
}
