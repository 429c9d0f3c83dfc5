using DaxProxy.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace DaxProxy.Frontends;

/// <summary>
/// Stands around a front end that speaks HTTP, so that no exception leaves it. One that the client has caused is refused; one that
/// nothing should have caused is counted, logged, and answered with an internal error of the front end's own form, which says no more
/// than that.
/// </summary>
/// <remarks>Thread-safe. A request that is answered at once passes it without allocating anything.</remarks>
internal sealed class HttpGuard(
    Frontend frontend,
    RequestDelegate serve,
    Func<HttpContext, string> idOf,
    Func<HttpContext, int, Task> refuse,
    UnexpectedFaults faults,
    ILogger logger,
    TimeProvider time)
{
    /// <summary>
    /// How long to wait for word that a client is gone whose stream broke. Kestrel ends the reading first, and says why on another thread.
    /// </summary>
    private static readonly TimeSpan LeavingDelay = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Makes this answer the last of its connection, which is not read any further; of HTTP/2 each stream ends by itself.
    /// </summary>
    public static void CloseAfter(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }

    /// <summary>Answers one request. Throws only when the connection is gone.</summary>
    public Task HandleAsync(HttpContext context)
    {
        Task pending;
        try
        {
            pending = serve(context);
        }
        catch (Exception exception)
        {
            return FailOnceKnownAsync(context, exception);
        }

        return pending.IsCompletedSuccessfully ? pending : AwaitAsync(context, pending);
    }

    private async Task AwaitAsync(HttpContext context, Task pending)
    {
        try
        {
            await pending.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await FailOnceKnownAsync(context, exception).ConfigureAwait(false);
        }
    }

    private async Task FailOnceKnownAsync(HttpContext context, Exception exception)
    {
        if (exception is IOException && StatusOf(exception) == StatusCodes.Status500InternalServerError)
        {
            await Task.Delay(LeavingDelay, time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await FailAsync(context, exception).ConfigureAwait(false);
    }

    private Task FailAsync(HttpContext context, Exception exception)
    {
        int status = StatusOf(exception);
        if (status < StatusCodes.Status500InternalServerError && !context.Response.HasStarted)
        {
            return RefuseAsync(context, status);
        }

        // A client may break the protocol after its answer has begun, or leave while the rest of its body is skipped. That can no longer be
        // answered, and is no fault here.
        if (status < StatusCodes.Status500InternalServerError || IsOfLeaving(context, exception))
        {
            Log.RequestAbandoned(logger, context.TraceIdentifier);
            context.Abort();
            return Task.CompletedTask;
        }

        if (context.Response.HasStarted)
        {
            faults.Report(logger, frontend, context.TraceIdentifier, exception);
            context.Abort();
            return Task.CompletedTask;
        }

        // Of what was begun to be answered nothing is left.
        context.Response.Clear();
        faults.Report(logger, frontend, FaultText.Code(idOf(context)), exception);
        return refuse(context, status);
    }

    /// <summary>
    /// Where the next request begins cannot be known any more. This is said also when the client is gone: unless it is, Kestrel looks for
    /// the next request, and stumbles over the body that could not be read.
    /// </summary>
    private Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.Clear();
        CloseAfter(context);
        return refuse(context, status);
    }

    /// <summary>
    /// Whether it only says that the client is gone. A client that has left, or has closed its sending side, does not excuse any other.
    /// </summary>
    private static bool IsOfLeaving(HttpContext context, Exception exception) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (context.RequestAborted.IsCancellationRequested && exception is (OperationCanceledException or IOException));

    /// <summary>
    /// What Kestrel finds wrong with a body while it is read, or 500. A chunk size beyond 64 bits it gives as a fault of reading.
    /// </summary>
    private static int StatusOf(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        IOException { InnerException: OverflowException } => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status500InternalServerError,
    };
}
