namespace DaxProxy.Core.Caching.Fetching;

/// <summary>
/// How long a reader for whom something past the end of its life is at hand waits for the backend to say something newer.
/// </summary>
/// <remarks>
/// Thread-safe. It counts from when the fetch was begun, so of those who wait for one fetch only the first waits for so long.
/// </remarks>
internal sealed class StaleWait(TimeSpan limit, TimeProvider time)
{
    /// <summary>Now, for <see cref="SufficesAsync"/>.</summary>
    public long Now => time.GetTimestamp();

    /// <summary>Waits; false if the fetch is still under way at the end of that. Throws only if the caller gives up.</summary>
    /// <param name="fetch">The fetch.</param>
    /// <param name="begunAt">When it was begun.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<bool> SufficesAsync(Task fetch, long begunAt, CancellationToken cancellationToken)
    {
        TimeSpan left = limit - time.GetElapsedTime(begunAt);
        if (left > TimeSpan.Zero)
        {
            await fetch.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return fetch.IsCompleted;
    }
}
