using DaxProxy.Core.Caching.Group;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>
/// A server through which members reach each other, as the scripts of the product keep its list: what is asked of it waits until the check
/// says that it is done, and so does what it answers and publishes.
/// </summary>
internal sealed class SimulatedRedis(GroupTerms terms)
{
    private readonly List<(TimeSpan At, Dictionary<string, Entry> Before)> past = [];
    private Dictionary<string, Entry> members = new(StringComparer.Ordinal);
    private TimeSpan doubtUntil;
    private TimeSpan? born;

    /// <summary>Its clock.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>The connections there are.</summary>
    public List<SimulatedChannel> Channels { get; } = [];

    public Membership Join(Stay stay)
    {
        born ??= Now;
        Change(stay.Node, new Entry(stay.Incarnation, Now + terms.Lease, IsStruck: false));
        return Members();
    }

    public Membership? Renew(Stay stay, GroupMessage beat)
    {
        if (!members.TryGetValue(stay.Node, out Entry? entry) || entry.Incarnation != stay.Incarnation || entry.IsStruck || entry.Ends <= Now)
        {
            return null;
        }

        Change(stay.Node, entry with { Ends = Now + terms.Lease });
        Publish(beat);
        return Members();
    }

    public Membership Announce(GroupMessage message, TimeSpan doubt)
    {
        Publish(message);
        doubtUntil = Now + doubt > doubtUntil ? Now + doubt : doubtUntil;
        return Members();
    }

    public (StrikeResult Result, TimeSpan Left) Strike(Stay stay)
    {
        if (!members.TryGetValue(stay.Node, out Entry? entry))
        {
            return (StrikeResult.Absent, default);
        }

        if (entry.Incarnation != stay.Incarnation)
        {
            return (StrikeResult.JoinedAgain, default);
        }

        Change(stay.Node, entry with { IsStruck = true });
        return (StrikeResult.Struck, entry.Ends > Now ? entry.Ends - Now : TimeSpan.Zero);
    }

    public void Leave(Stay stay)
    {
        if (members.TryGetValue(stay.Node, out Entry? entry) && entry.Incarnation == stay.Incarnation)
        {
            Change(stay.Node, null);
        }
    }

    public void Acknowledge(GroupAck ack)
    {
        foreach (SimulatedChannel channel in Channels)
        {
            channel.Acks.Enqueue(ack);
        }
    }

    /// <summary>It forgets everything, and goes on.</summary>
    public void Flush()
    {
        members = new(StringComparer.Ordinal);
        doubtUntil = default;
        born = null;
    }

    /// <summary>A replica takes over that is so much behind. All connections break.</summary>
    public void FailOver(TimeSpan behind)
    {
        int first = past.FindIndex(change => change.At > Now - behind);
        if (first >= 0)
        {
            members = past[first].Before;
        }

        past.Clear();
        foreach (SimulatedChannel channel in Channels.ToArray())
        {
            channel.Break();
        }
    }

    private void Publish(GroupMessage message)
    {
        foreach (SimulatedChannel channel in Channels.Where(channel => channel.IsSubscribed))
        {
            channel.Messages.Enqueue(message);
        }
    }

    private Membership Members()
    {
        foreach (string node in members.Where(member => member.Value.Ends + terms.KeptFor < Now).Select(member => member.Key).ToList())
        {
            Change(node, null);
        }

        return new(
            [.. members.OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => new Member(member.Key, member.Value.Incarnation, member.Value.Ends - Now))],
            Now - (born ?? Now),
            doubtUntil > Now ? doubtUntil - Now : TimeSpan.Zero);
    }

    private void Change(string node, Entry? entry)
    {
        past.Add((Now, new(members, StringComparer.Ordinal)));
        past.RemoveAll(change => change.At < Now - TimeSpan.FromSeconds(1));
        if (entry is null)
        {
            members.Remove(node);
        }
        else
        {
            members[node] = entry;
        }
    }

    private sealed record Entry(string Incarnation, TimeSpan Ends, bool IsStruck);
}
