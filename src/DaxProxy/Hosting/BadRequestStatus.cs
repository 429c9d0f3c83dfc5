using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace DaxProxy.Hosting;

/// <summary>
/// Turns what Kestrel answers itself to a request line or header block that is too large (414, 431) into DynamoDB's 400. The event is
/// raised before the answer is written, and only for requests that no handler will see.
/// </summary>
internal sealed class BadRequestStatus : IObserver<KeyValuePair<string, object?>>
{
    private const string EventName = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Watches the diagnostic events of one server.</summary>
    public static void Watch(DiagnosticListener listener) =>
        listener.Subscribe(new BadRequestStatus(), name => string.Equals(name, EventName, StringComparison.Ordinal));

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is IFeatureCollection features && features.Get<IHttpResponseFeature>() is { HasStarted: false } response)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
        }
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }
}
