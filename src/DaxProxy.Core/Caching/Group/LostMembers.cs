namespace DaxProxy.Core.Caching.Group;

/// <summary>
/// The members whose lease has ended and who have not said that they are done. What they have written and not told is unknown, so nothing
/// is answered from the caches until they are back or given up. For use inside the lock of the node.
/// </summary>
/// <param name="own">Name of this process.</param>
/// <param name="terms">How long they are waited for.</param>
/// <param name="time">The clock.</param>
internal sealed class LostMembers(string own, GroupTerms terms, TimeProvider time)
{
    /// <summary>Of more stays that were lost it is not remembered that they are over.</summary>
    private const int MostOver = 1000;

    private readonly Dictionary<Stay, long> lost = [];
    private readonly Queue<Stay> over = new();

    /// <summary>How many were found so far: changes with each.</summary>
    public int Found { get; private set; }

    /// <summary>Those who are waited for.</summary>
    public IReadOnlyList<Stay> Now => [.. lost.Keys];

    /// <summary>Until when what those who were given up had sent to the backend may still arrive, as a timestamp.</summary>
    public long ArrivesUntil { get; private set; }

    /// <summary>A lease has ended. False if that was known, or is over.</summary>
    /// <param name="stay">Whose it was.</param>
    /// <param name="left">What is left of it: zero or less.</param>
    public bool TryAdd(Stay stay, TimeSpan left)
    {
        // Others who find out later still speak of it.
        if (stay.Node == own || lost.ContainsKey(stay) || over.Contains(stay))
        {
            return false;
        }

        lost[stay] = time.GetTimestamp() + time.TicksOf(GroupTerms.AtLeast(terms.GoneAfter) + left);
        Found++;
        return true;
    }

    /// <summary>A member is there, so that older stays of the same process are over.</summary>
    public void Return(Member member)
    {
        foreach (Stay old in lost.Keys.Where(old => old.Node == member.Node && old.Incarnation != member.Incarnation).ToArray())
        {
            Forget(old);
        }
    }

    /// <summary>Those who have been waited for long enough are gone.</summary>
    public void GiveUp()
    {
        foreach ((Stay stay, long until) in lost.ToArray())
        {
            if (time.GetTimestamp() >= until)
            {
                Forget(stay);
                ArrivesUntil = Math.Max(ArrivesUntil, until + time.TicksOf(terms.Doubt));
            }
        }
    }

    private void Forget(Stay stay)
    {
        lost.Remove(stay);
        over.Enqueue(stay);
        if (over.Count > MostOver)
        {
            over.Dequeue();
        }
    }
}
