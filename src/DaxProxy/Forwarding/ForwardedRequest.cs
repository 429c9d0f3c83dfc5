using DaxProxy.Core.Operations;

namespace DaxProxy.Forwarding;

/// <summary>A client's request on its way to the backend as it is, with the exchange that its answer goes back on.</summary>
/// <param name="name">DynamoDB's name of the verb.</param>
/// <param name="target">The value of <c>X-Amz-Target</c>.</param>
/// <param name="body">The body, unpacked. Nothing else touches it from now on.</param>
/// <param name="exchange">The client's request and the answer to it, of which nothing has been sent.</param>
public sealed class ForwardedRequest(string name, string target, byte[] body, HttpContext exchange) : ForwardedOperation
{
    /// <inheritdoc/>
    public override string Name { get; } = name;

    /// <summary>The value of <c>X-Amz-Target</c>.</summary>
    public string Target { get; } = target;

    /// <summary>The body, unpacked.</summary>
    public ReadOnlyMemory<byte> Body { get; } = body;

    /// <summary>The client's request and the answer to it.</summary>
    public HttpContext Exchange { get; } = exchange;
}
