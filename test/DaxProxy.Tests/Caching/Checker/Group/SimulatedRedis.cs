using DaxProxy.Core.Caching.Group;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>
/// A server through which members reach each other, as the scripts of the product keep its list: what is asked of it waits until the check
/// says that it is done, and so does what it answers and publishes.
/// </summary>
internal sealed class SimulatedRedis(GroupTerms terms)
{
    private readonly List<(TimeSpan At, Dictionary<string, Entry> Before, SimulatedItems Items)> past = [];
    private readonly int thread = Environment.CurrentManagedThreadId;
    private SimulatedItems items = new();
    private int servers;
    private Dictionary<string, Entry> members = new(StringComparer.Ordinal);
    private TimeSpan doubtUntil;
    private TimeSpan? born;

    /// <summary>Its clock.</summary>
    public TimeSpan Now { get; set; }

    /// <summary>The connections there are.</summary>
    public List<SimulatedChannel> Channels { get; } = [];

    /// <summary>Where another thread than the world's asked for something; null while none has.</summary>
    public string? Stray { get; private set; }

    /// <summary>Which server it is.</summary>
    public string Server => $"server{servers}";

    private TimeSpan Settle => GroupTerms.AtLeast(terms.Settle);

    /// <summary>Notes who asks: a world follows from its seed only while all that waits goes on where it was told to.</summary>
    public void Enter()
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            Stray ??= Environment.StackTrace;
        }
    }

    public Membership Join(Stay stay, bool isReturn)
    {
        born ??= Now;
        Change(items.Join(Server, stay, isReturn, Now, Settle));
        Change(stay.Node, new Entry(stay.Incarnation, Now + terms.Lease, IsStruck: false));
        return Members();
    }

    public Membership? Renew(Stay stay, GroupMessage beat)
    {
        if (!members.TryGetValue(stay.Node, out Entry? entry)
            || entry.Incarnation != stay.Incarnation
            || entry.IsStruck
            || entry.Ends <= Now)
        {
            return null;
        }

        Change(stay.Node, entry with { Ends = Now + terms.Lease });
        Publish(beat);
        return Members();
    }

    public Membership Announce(GroupMessage message, TimeSpan doubt, SharedRaise? raise)
    {
        Publish(message);
        if (raise is not null)
        {
            Change(items.Announce(raise, $"{message.Node}{message.Incarnation}-{message.Number}", Now));
        }

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

    public SharedAnswer Look(string server, string key, string ticket)
    {
        (SimulatedItems next, SharedAnswer answer) = items.Look(server, key, ticket, Now, Settle);
        Change(next);
        return answer;
    }

    public void Store(string server, string key, string ticket, byte[] value, TimeSpan life) =>
        Change(items.Store(server, key, ticket, value, life, Now));

    public void Forget(string key) => Change(items.Forget(key));

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

    /// <summary>It forgets everything, or evicts the list alone or with the tickets, and goes on.</summary>
    public void Flush(int what)
    {
        Change(what == 0 ? new SimulatedItems() : items.Evict(tickets: what == 1));
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
            (members, items) = (past[first].Before, past[first].Items);
        }

        servers++;

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
            Change(items.End($"{node}{members[node].Incarnation}-gone"));
            Change(node, null);
        }

        return new(
            [.. members.OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => new Member(member.Key, member.Value.Incarnation, member.Value.Ends - Now, ""))],
            Now - (born ?? Now),
            doubtUntil > Now ? doubtUntil - Now : TimeSpan.Zero);
    }

    private void Change(string node, Entry? entry)
    {
        Remember();
        if (entry is null)
        {
            members.Remove(node);
        }
        else
        {
            members[node] = entry;
        }
    }

    private void Change(SimulatedItems next)
    {
        if (!ReferenceEquals(items, next))
        {
            Remember();
            items = next;
        }
    }

    private void Remember()
    {
        past.Add((Now, new(members, StringComparer.Ordinal), items));
        past.RemoveAll(change => change.At < Now - TimeSpan.FromSeconds(1));
    }

    private sealed record Entry(string Incarnation, TimeSpan Ends, bool IsStruck);
}
