namespace DaxProxy.Resilience;

/// <summary>
/// How long to wait before a request is sent again: longer each time, and drawn by lot, so that clients do not come back together.
/// </summary>
/// <remarks>Thread-safe. Source: "decorrelated jitter" of the AWS Architecture Blog, "Exponential Backoff And Jitter".</remarks>
internal sealed class Backoff(TimeSpan shortest, TimeSpan longest, int seed)
{
    private const int Growth = 3;

    private readonly Lock gate = new();
    private readonly Random random = new(seed);

    /// <summary>The next wait: between the shortest and three times the one before, at most the longest.</summary>
    public TimeSpan Next(TimeSpan before)
    {
        double share;
        lock (gate)
        {
            share = random.NextDouble();
        }

        TimeSpan reach = (before < shortest ? shortest : before) * Growth;
        TimeSpan wait = shortest + ((reach - shortest) * share);
        return wait < longest ? wait : longest;
    }
}
