using DaxProxy.Core.Caching.Writes;

namespace DaxProxy.Core.Caching.Group;

/// <summary>One message on its way, and whom it waits for. Its members are used inside the lock of its node.</summary>
/// <param name="effects">What it tells.</param>
/// <param name="continuations">How those who wait for it go on.</param>
internal sealed class Announcement(List<PeerEffect> effects, TaskCreationOptions continuations)
{
    private readonly SharedWait sent = new(continuations);
    private readonly SharedWait done = new(continuations);

    /// <summary>What it tells.</summary>
    public List<PeerEffect> Effects { get; } = effects;

    /// <summary>Its number; zero until it is sent.</summary>
    public long Number { get; set; }

    /// <summary>How many lost members had been found when it was sent (<see cref="LostMembers.Found"/>).</summary>
    public int LostTold { get; set; }

    /// <summary>Whose acknowledgement is missing; null until it is known who was there when it was sent.</summary>
    public HashSet<Stay>? Missing { get; set; }

    /// <summary>Whether someone was writing one of its items.</summary>
    public bool Overlaps { get; set; }

    /// <summary>True when the channel has it; false when the node lost the group, so that it must be told again.</summary>
    public Task<bool> WhenSentAsync() => sent.WaitAsync();

    /// <summary>True when all have acknowledged or are lost; false when the node lost the group, so that it must be told again.</summary>
    public Task<bool> WhenDoneAsync() => done.WaitAsync();

    /// <summary>Whether a member's acknowledgement is missing.</summary>
    public bool IsMissing(Stay member) => Missing?.Contains(member) == true;

    /// <summary>Whether one of its effects may be on an item.</summary>
    public bool Concerns(string tableName, ReadOnlySpan<byte> key)
    {
        foreach (PeerEffect effect in Effects)
        {
            bool concerns = effect switch
            {
                PeerEffect.OfItem item => item.TableName == tableName && key.SequenceEqual(item.Key),
                PeerEffect.OfTable table => table.TableName == tableName,
                _ => true,
            };
            if (concerns)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends the wait for the channel.</summary>
    public void EndSending() => sent.End(true);

    /// <summary>Ends the wait in vain.</summary>
    public void Fail()
    {
        sent.End(false);
        done.End(false);
    }

    /// <summary>Ends the wait as good. Outside the lock.</summary>
    /// <param name="mayBeHere">Whether one who waits alone goes on at once, before this returns.</param>
    public void Succeed(bool mayBeHere)
    {
        sent.End(true);
        if (mayBeHere)
        {
            done.EndHere(true);
        }
        else
        {
            done.End(true);
        }
    }
}
