using System.Collections.Concurrent;

namespace DaxProxy.Auth;

/// <summary>
/// The keys of sessions that are in use, by their tokens, within a bound of bytes: one token has one key as long as it is used.
/// </summary>
/// <remarks>
/// Thread-safe. There are two halves. What is used moves into the younger one; when that is full it becomes the older one, and what was in
/// that is forgotten. A look-up in the younger half allocates nothing, which that of a MemoryCache would.
/// </remarks>
/// <param name="maxBytes">About how many bytes all of them may take, with what is kept about the callers whose they are.</param>
internal sealed class KnownSessions(long maxBytes)
{
    /// <summary>What is kept of what a caller may do, at most: some dozen actions and resources, and what was found of them.</summary>
    private const int CallerBytes = 64 * 1024;

    /// <summary>A token is kept as it is, and once more as what it says: in UTF-16, with objects around it.</summary>
    private const int BytesPerTokenChar = 8;

    private readonly Lock gate = new();
    private volatile ConcurrentDictionary<string, AccessKey> young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, AccessKey> old = new(StringComparer.Ordinal);
    private long youngBytes;

    /// <summary>How many there are.</summary>
    public int Count => young.Count + old.Keys.Count(token => !young.ContainsKey(token));

    /// <summary>Finds the key of a token.</summary>
    public bool TryFind(string token, out AccessKey? key)
    {
        if (young.TryGetValue(token, out key))
        {
            return true;
        }

        if (old.TryGetValue(token, out AccessKey? found))
        {
            key = Add(token, found);
            return true;
        }

        return false;
    }

    /// <summary>Keeps the key of a token, and gives the one that is kept: an equal one may have come before.</summary>
    public AccessKey Add(string token, AccessKey key)
    {
        lock (gate)
        {
            if (young.TryGetValue(token, out AccessKey? kept))
            {
                return kept;
            }

            kept = old.GetValueOrDefault(token) ?? key;
            young[token] = kept;
            youngBytes += BytesOf(token);
            if (youngBytes > maxBytes / 2)
            {
                (old, young, youngBytes) = (young, new(StringComparer.Ordinal), 0);
            }

            return kept;
        }
    }

    /// <summary>Forgets a token.</summary>
    public void Remove(string token)
    {
        lock (gate)
        {
            youngBytes -= young.TryRemove(token, out _) ? BytesOf(token) : 0;
            old.TryRemove(token, out _);
        }
    }

    private static long BytesOf(string token) => CallerBytes + ((long)BytesPerTokenChar * token.Length);
}
