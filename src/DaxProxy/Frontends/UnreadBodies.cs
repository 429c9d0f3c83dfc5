using DaxProxy.Memory;
using Microsoft.AspNetCore.Http.Features;

namespace DaxProxy.Frontends;

/// <summary>
/// Answers requests whose bodies are not wanted. A large one is read past behind its answer, so that its client gets to read that, but only
/// for so many clients at a time: the connection of any other is cut off.
/// </summary>
/// <remarks>
/// Thread-safe. The system may buffer megabytes of each such body, also when its client has left, and Kestrel's connection lives until they
/// have been read. A client that comes back with new connections is faster than that. Left to itself Kestrel reads every body to its end.
/// </remarks>
/// <param name="maxBytes">How much of a body is read past; what is longer ends the connection.</param>
internal sealed class UnreadBodies(long maxBytes)
{
    /// <summary>
    /// How many bodies of requests that anyone can send are read past at the same time, and how many small ones are waited for.
    /// </summary>
    private const int MostAtOnce = 256;

    private int open;
    private int waiting;

    /// <summary>Answers a request that anyone can send, whose body has not been read.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Sends the answer.</param>
    public Task AnswerAsync(HttpContext context, Func<Task> answer) =>
        MayBeLarge(context) ? AnswerOneOfManyAsync(context, answer) : answer();

    /// <summary>Answers a request of a known client whose large body has not been read. Such clients are not cut off.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Sends the answer.</param>
    public async Task AnswerKnownAsync(HttpContext context, Func<Task> answer)
    {
        // One that asks first whether to send its body does not send it now. If it does so all the same, nothing is read of it.
        bool asksFirst = context.Request.Headers.Expect.Count > 0;
        if (asksFirst)
        {
            HttpGuard.CloseAfter(context);
        }

        await answer().ConfigureAwait(false);
        await context.Response.CompleteAsync().ConfigureAwait(false);
        if (asksFirst || !await TryReadPastAsync(context).ConfigureAwait(false))
        {
            context.Abort();
        }
    }

    /// <summary>
    /// Whether the rest of a body behind its answer came. Kestrel does not say any more why it did not: a stream whose answer is complete
    /// is never told to be aborted.
    /// </summary>
    private async Task<bool> TryReadPastAsync(HttpContext context)
    {
        try
        {
            return await BodyReading.DiscardAsync(context.Request.BodyReader, maxBytes, context.RequestAborted).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a small body may be waited for that has not come whole, of a client that may be anyone. It lies in the connection's buffers
    /// for as long as its client takes to send it. If so, <see cref="EndWait"/> is due.
    /// </summary>
    public bool TryWait()
    {
        if (Interlocked.Increment(ref waiting) <= MostAtOnce)
        {
            return true;
        }

        EndWait();
        return false;
    }

    /// <summary>The body has come, or its client has left.</summary>
    public void EndWait() => Interlocked.Decrement(ref waiting);

    /// <summary>Whether it has a body that may not fit into the buffers that a connection has anyway.</summary>
    private static bool MayBeLarge(HttpContext context) => context.Request.ContentLength is { } length
        ? length > InFlightBudget.SmallBytes
        : context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private async Task AnswerOneOfManyAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            if (Interlocked.Increment(ref open) > MostAtOnce)
            {
                context.Abort();
                return;
            }

            await AnswerKnownAsync(context, answer).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }
}
