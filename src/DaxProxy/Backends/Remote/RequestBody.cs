using System.Net;

namespace DaxProxy.Backends.Remote;

/// <summary>The body of a request, which knows whether anything of it has left.</summary>
/// <remarks>
/// A request is not complete without its body. So if nothing of the body has left, it cannot have been carried out: there was no address,
/// no connection, no TLS, no signature, or all connections were busy until the time was up. Belongs to one request.
/// </remarks>
internal sealed class RequestBody(ReadOnlyMemory<byte> body) : HttpContent
{
    private volatile bool isBegun;

    /// <summary>Whether a part of it may have left.</summary>
    public bool IsBegun => isBegun;

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        isBegun = true;
        await stream.WriteAsync(body, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }
}
