namespace DaxProxy.Group;

/// <summary>
/// What is asked of Redis that can be done without: an answer is waited for no longer than <see cref="Patience"/>, and after one that was
/// late or failed nothing is asked for <see cref="Rest"/>. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class RedisAside(TimeProvider time)
{
    /// <summary>How long an answer is waited for: some hundred times what it usually takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>For how long nothing is asked then.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>More bytes are not on their way to Redis at once.</summary>
    private const long MostBytes = 16 << 20;

    private volatile RedisConnection? connection;
    private long restsUntil = long.MinValue;
    private long bytes;

    private bool IsResting => time.GetTimestamp() < Volatile.Read(ref restsUntil);

    /// <summary>From now on this connection is asked.</summary>
    public void Begin(RedisConnection opened) => connection = opened;

    /// <summary>From now on none is.</summary>
    public void End() => connection = null;

    /// <summary>Asks; null where that is not done now.</summary>
    /// <exception cref="Exception">Redis failed, or was late.</exception>
    public async Task<T?> AskAsync<T>(Func<RedisConnection, Task<T>> ask)
    {
        if (IsResting || connection is not { } redis)
        {
            return default;
        }

        try
        {
            return await ask(redis).WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (Exception)
        {
            Volatile.Write(ref restsUntil, time.GetTimestamp() + (long)(Rest.TotalSeconds * time.TimestampFrequency));
            throw;
        }
    }

    /// <summary>Sends something, unless too much is on its way.</summary>
    /// <exception cref="Exception">Redis failed.</exception>
    public async Task GiveAsync(int length, Func<RedisConnection, Task> give)
    {
        if (IsResting || connection is not { } redis)
        {
            return;
        }

        try
        {
            if (Interlocked.Add(ref bytes, length) <= MostBytes)
            {
                await give(redis).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Add(ref bytes, -length);
        }
    }
}
