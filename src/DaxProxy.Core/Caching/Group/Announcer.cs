using DaxProxy.Core.Caching.Writes;

namespace DaxProxy.Core.Caching.Group;

/// <summary>
/// What a member tells the others in its stays, one message after the other, and the wait for their acknowledgements. What it keeps is used
/// inside the lock of the node; it waits outside of it.
/// </summary>
/// <param name="gate">The lock of the node.</param>
/// <param name="terms">What the members agree on.</param>
/// <param name="channel">How they are reached.</param>
/// <param name="lost">The members that are lost.</param>
/// <param name="time">The clock.</param>
/// <param name="continuations">How those who wait go on.</param>
internal sealed class Announcer(
    Lock gate, GroupTerms terms, IGroupChannel channel, LostMembers lost, TimeProvider time, TaskCreationOptions continuations)
{
    /// <summary>How long a member may keep a message unanswered before it is struck from the group.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(250);

    /// <summary>More than this are told as one: that anything may have changed.</summary>
    private const int MostEffects = 2000;

    private readonly Dictionary<Stay, long> acknowledged = [];
    private readonly HashSet<Stay> watched = [];
    private readonly List<Announcement> waiting = [];
    private readonly List<Announcement> over = [];
    private Announcement? collecting;
    private Stay? current;
    private bool isSending;

    /// <summary>Called, outside the lock, where a stay has to end: who is in the group is not known any more.</summary>
    public required Action<Stay> EndStay { get; init; }

    /// <summary>Called inside the lock with who is there and who is lost.</summary>
    public required Action<Membership> Note { get; init; }

    /// <summary>Called inside the lock where the lease of a member that kept silent has ended.</summary>
    public required Action<Stay> Lapse { get; init; }

    /// <summary>How many messages of effects were sent in this stay.</summary>
    public long Number { get; private set; }

    /// <summary>How many in all.</summary>
    public long Told { get; private set; }

    /// <summary>Whether nothing is waited for.</summary>
    public bool IsIdle => waiting.Count == 0 && collecting is null;

    /// <summary>Whether a message that may concern an item is still to be sent, or is not confirmed yet.</summary>
    public bool IsUntold(string tableName, ReadOnlySpan<byte> key)
    {
        if (collecting?.Concerns(tableName, key) == true)
        {
            return true;
        }

        foreach (Announcement told in waiting)
        {
            if (told.Missing is null && told.Concerns(tableName, key))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A stay begins, in which nothing was told.</summary>
    public void Begin(Stay stay)
    {
        current = stay;
        Number = 0;
        acknowledged.Clear();
    }

    /// <summary>It is over. What has not been told has to be told in the next.</summary>
    public void End()
    {
        current = null;
        Announcement[] untold = collecting is null ? [.. waiting] : [.. waiting, collecting];
        collecting = null;
        waiting.Clear();
        watched.Clear();
        foreach (Announcement told in untold)
        {
            told.Fail();
        }
    }

    /// <summary>Adds to what is sent next. <see cref="Send"/> must follow, outside the lock.</summary>
    public Announcement Collect(IReadOnlyList<PeerEffect> effects)
    {
        collecting ??= new Announcement([], continuations);
        collecting.Effects.AddRange(effects);
        if (collecting.Effects.Count > MostEffects)
        {
            bool isInDoubt = collecting.Effects.Exists(effect => effect.IsInDoubt);
            collecting.Effects.RemoveAll(effect => effect is not PeerEffect.OfBulkOperation);
            collecting.Effects.Add(new PeerEffect.OfEverything(isInDoubt));
        }

        return collecting;
    }

    /// <summary>
    /// Sends what has been collected, unless that goes on already, and lets those go on whose wait is over. Called outside the lock: the
    /// message is on its way when this returns.
    /// </summary>
    public void Send()
    {
        bool isDue;
        lock (gate)
        {
            isDue = !isSending && collecting is not null;
            isSending |= isDue;
        }

        if (isDue)
        {
            _ = SendAsync();
        }

        LetGoOn(mayBeHere: true);
    }

    /// <summary>Those go on whose wait is over. Outside the lock.</summary>
    /// <param name="mayBeHere">Whether nothing waits for the caller, so that it may do their work.</param>
    private void LetGoOn(bool mayBeHere)
    {
        Announcement[] ended;
        lock (gate)
        {
            ended = over.Count == 0 ? [] : [.. over];
            over.Clear();
        }

        foreach (Announcement one in ended)
        {
            one.Succeed(mayBeHere);
        }
    }

    /// <summary>A member has acknowledged a message. <see cref="Send"/> must follow, outside the lock.</summary>
    public void Acknowledge(GroupAck ack)
    {
        if (ack.To != current)
        {
            return;
        }

        acknowledged[ack.From] = ack.Number;
        if (waiting.Find(told => told.Number == ack.Number) is { } acknowledgedOne)
        {
            acknowledgedOne.Overlaps |= ack.Overlaps;
            if (acknowledgedOne.Missing?.Remove(ack.From) == true)
            {
                EndIfTold(acknowledgedOne);
            }
        }
    }

    /// <summary>Sends what has been collected, one message after the other: what comes meanwhile goes with the next.</summary>
    private async Task SendAsync()
    {
        while (true)
        {
            Announcement next;
            GroupMessage message;
            Stay from;
            lock (gate)
            {
                if (collecting is null || current is not { } stay)
                {
                    isSending = false;
                    return;
                }

                from = stay;
                next = collecting;
                collecting = null;
                next.Number = ++Number;
                next.LostTold = lost.Found;
                waiting.Add(next);
                Told++;
                message = new GroupMessage(from.Node, from.Incarnation, Number, IsBeat: false, lost.Now, next.Effects);
            }

            try
            {
                TimeSpan arrives = next.Effects.Any(effect => effect.IsInDoubt) ? terms.Doubt : TimeSpan.Zero;
                SharedRaise? raise = terms.SharesItems ? SharedRaise.Of(next.Effects, terms) : null;
                Sent(next, from, await channel.AnnounceAsync(message, arrives, raise).WaitAsync(terms.Lease, time).ConfigureAwait(false));
            }
            catch (Exception)
            {
                EndStay(from);
            }
        }
    }

    /// <summary>It is known now who was there when it was sent.</summary>
    private void Sent(Announcement told, Stay from, Membership there)
    {
        if (!there.Members.Any(member => member.IsThere && member.Stay == from))
        {
            // The channel has forgotten the members, or this one's lease has ended: who was there is not known.
            EndStay(from);
            return;
        }

        lock (gate)
        {
            if (current != from)
            {
                return;
            }

            Note(there);
            told.Missing =
            [
                .. there.Members.Where(member => member.Node != from.Node && member.IsThere).Select(member => member.Stay)
                    .Where(other => acknowledged.GetValueOrDefault(other) != told.Number),
            ];
            foreach (Stay other in told.Missing.Where(watched.Add))
            {
                _ = WatchAsync(other, from);
            }

            told.EndSending();
            EndIfTold(told);
        }

        LetGoOn(mayBeHere: false);
    }

    /// <summary>Strikes a member that keeps silent for too long, so that the wait for it ends with its lease.</summary>
    private async Task WatchAsync(Stay other, Stay own)
    {
        try
        {
            while (await IsSilentAsync(other, own).ConfigureAwait(false) is { } isSilent)
            {
                if (!isSilent)
                {
                    continue;
                }

                (StrikeResult result, TimeSpan left) = await channel.StrikeAsync(other).WaitAsync(terms.Lease, time).ConfigureAwait(false);
                TimeSpan rest = result switch
                {
                    StrikeResult.Struck => GroupTerms.AtLeast(left),
                    StrikeResult.Absent => GroupTerms.AtLeast(terms.Lease),
                    _ => TimeSpan.Zero,
                };
                if (rest > TimeSpan.Zero)
                {
                    await time.DelayAsync(rest).ConfigureAwait(false);
                }

                DoWithout(other, own, result);
                return;
            }
        }
        catch (Exception)
        {
            EndStay(own);
        }
    }

    /// <summary>Whether a member keeps silent for as long as it may; null where it is not waited for.</summary>
    private async Task<bool?> IsSilentAsync(Stay other, Stay own)
    {
        long oldest;
        lock (gate)
        {
            if (current != own)
            {
                return null;
            }

            if (waiting.Find(told => told.IsMissing(other)) is not { } first)
            {
                watched.Remove(other);
                return null;
            }

            oldest = first.Number;
        }

        await Task.Delay(Silence, time, CancellationToken.None).ConfigureAwait(false);
        lock (gate)
        {
            return current == own && waiting.Exists(told => told.Number <= oldest && told.IsMissing(other));
        }
    }

    /// <summary>A member that was struck does not answer from its caches any more.</summary>
    private void DoWithout(Stay other, Stay own, StrikeResult result)
    {
        lock (gate)
        {
            if (current != own)
            {
                return;
            }

            if (result == StrikeResult.Struck)
            {
                Lapse(other);
            }

            watched.Remove(other);
            foreach (Announcement told in waiting.Where(told => told.IsMissing(other)).ToArray())
            {
                // It has not said whether it was writing the same items.
                told.Overlaps |= result != StrikeResult.Struck;
                told.Missing!.Remove(other);
                EndIfTold(told);
            }
        }

        Send();
    }

    /// <summary>
    /// The wait for an announcement that misses no acknowledgement is over; but not before all have been told of the members that were lost
    /// meanwhile: what those had written and not told may have come before. <see cref="Send"/> must follow, outside the lock.
    /// </summary>
    private void EndIfTold(Announcement told)
    {
        if (told.Missing is not { Count: 0 } || !waiting.Remove(told))
        {
            return;
        }

        if (told.LostTold == lost.Found)
        {
            over.Add(told);
        }
        else
        {
            _ = FollowAsync(told, Collect([]));
        }

        static async Task FollowAsync(Announcement told, Announcement next)
        {
            if (await next.WhenDoneAsync().ConfigureAwait(false))
            {
                told.Succeed(mayBeHere: false);
            }
            else
            {
                told.Fail();
            }
        }
    }
}
