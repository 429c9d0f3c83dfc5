using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Group;

/// <summary>
/// This process as a member of its group: it holds a lease while its caches answer, tells the others of each write before that is
/// acknowledged, and does what they tell.
/// </summary>
/// <remarks>
/// Thread-safe. The protocol, and why it is right, is in <c>DESIGN.md</c>. Everything that changes is changed inside <c>gate</c>, under which
/// the caches are called but nothing that waits.
/// </remarks>
public sealed class GroupNode : IPeers, IGroupListener, IAsyncDisposable
{
    /// <summary>How long a member may keep a message unanswered before it is struck from the group.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(250);

    /// <summary>How far this clock and that of Redis may leave the real time behind them, each.</summary>
    private const double Drift = 0.01;

    /// <summary>Between two renewals the two clocks of a machine that was not suspended differ by less.</summary>
    private static readonly TimeSpan MostJump = TimeSpan.FromMilliseconds(100);

    /// <summary>More than this are told as one: that anything may have changed.</summary>
    private const int MostEffects = 2000;

    /// <summary>Of more stays that were lost it is not remembered that they are over.</summary>
    private const int MostForgiven = 1000;

    private readonly GroupTerms terms;
    private readonly string name;
    private readonly IGroupChannel channel;
    private readonly CachedBackend caches;
    private readonly ServingGate serving;
    private readonly TimeSpan doubt;
    private readonly TimeProvider time;
    private readonly TaskCreationOptions continuations;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Incarnation, long Number)> heard = new(StringComparer.Ordinal);
    private readonly Dictionary<Stay, long> acknowledged = [];
    private readonly Dictionary<Stay, long> lapsed = [];
    private readonly HashSet<Stay> watched = [];
    private readonly Queue<Stay> forgiven = new();
    private readonly List<Announcement> waiting = [];
    private Announcement? collecting;
    private TaskCompletionSource joined;
    private CancellationTokenSource? stayEnd;
    private Task running = Task.CompletedTask;
    private Stay stay;
    private bool isJoined;
    private bool isSending;
    private bool mustRestart;
    private bool isUntold;
    private int lapses;
    private long number;
    private long leaseEnd;
    private long holdUntil;
    private long? closedAt;
    private long silentSince = long.MaxValue;
    private long arrivesUntil;
    private IReadOnlyList<Member> members = [];
    private GroupFigures figures;

    /// <summary>A process that is not in the group yet. Its caches do not answer before it is.</summary>
    /// <param name="terms">What the members agree on.</param>
    /// <param name="name">What tells this process from all others, for ever.</param>
    /// <param name="channel">How it reaches them; owned from now on.</param>
    /// <param name="caches">Its caches.</param>
    /// <param name="serving">What keeps them from answering.</param>
    /// <param name="doubt">How long a write of unknown outcome may still arrive at the backend.</param>
    /// <param name="time">The clock.</param>
    /// <param name="continuations">How those who wait go on.</param>
    public GroupNode(
        GroupTerms terms,
        string name,
        IGroupChannel channel,
        CachedBackend caches,
        ServingGate serving,
        TimeSpan doubt,
        TimeProvider time,
        TaskCreationOptions continuations = TaskCreationOptions.RunContinuationsAsynchronously)
    {
        this.terms = terms;
        this.name = name;
        this.channel = channel;
        this.caches = caches;
        this.serving = serving;
        this.doubt = doubt;
        this.time = time;
        this.continuations = continuations;
        joined = new TaskCompletionSource(continuations);
        serving.Close();
        caches.Join(this);
    }

    /// <summary>Names a stay: hexadecimal digits that were never used before.</summary>
    public Func<string> NewIncarnation { get; init; } = static () => Guid.NewGuid().ToString("N");

    /// <summary>Told of each stay that begins.</summary>
    public Action? OnJoined { get; init; }

    /// <summary>Told of each stay that ends without being meant to, or could not begin; with what failed, if anything did.</summary>
    public Action<Exception?>? OnLeft { get; init; }

    /// <summary>Told of each member that is found to be lost.</summary>
    public Action<string>? OnLapse { get; init; }

    /// <inheritdoc/>
    public bool MayWrite
    {
        get
        {
            if (!terms.IsStrict)
            {
                return true;
            }

            lock (gate)
            {
                return isJoined || IsWaitedFor();
            }
        }
    }

    /// <summary>How the process stands in the group now.</summary>
    public GroupStatus Status
    {
        get
        {
            lock (gate)
            {
                return new GroupStatus(
                    name, isJoined, serving.Left ?? TimeSpan.Zero, [.. members.Select(member => member.Node)], [.. lapsed.Keys.Select(lost => lost.Node)], figures);
            }
        }
    }

    /// <summary>Joins, and joins again whenever it has to, until this is disposed of.</summary>
    public void Start() => running = RunAsync();

    /// <summary>Leaves the group. The others go on without a pause.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await channel.DisposeAsync().ConfigureAwait(false);
        stop.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TellAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen)
    {
        ValueTask<bool> telling = TellAllAsync(effects, widen);
        if (!terms.IsStrict)
        {
            _ = telling.AsTask();
            return true;
        }

        long start = time.GetTimestamp();
        bool mayAcknowledge = await telling.ConfigureAwait(false);
        lock (gate)
        {
            figures.Waited += time.GetElapsedTime(start);
        }

        return mayAcknowledge;
    }

    /// <inheritdoc/>
    public void OnMessage(GroupMessage message)
    {
        if (message.Node == name)
        {
            return;
        }

        Stay own;
        bool isNext;
        lock (gate)
        {
            if (stayEnd is null)
            {
                return;
            }

            isNext = TryFollow(message);
            figures.Heard++;
            foreach (Stay lost in message.Lapsed)
            {
                Lapse(lost, TimeSpan.Zero);
            }

            own = stay;
        }

        if (!isNext)
        {
            EndStay();
        }
        else if (!message.IsBeat)
        {
            bool overlaps = caches.Hear(message.Effects);
            _ = AckAsync(new GroupAck(own, new Stay(message.Node, message.Incarnation), message.Number, overlaps));
        }
    }

    /// <inheritdoc/>
    public void OnAck(GroupAck ack)
    {
        lock (gate)
        {
            if (ack.To != stay)
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
    }

    /// <inheritdoc/>
    public void OnLost() => EndStay();

    private async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            Exception? fault = null;
            try
            {
                await StayAsync().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                fault = failure is OperationCanceledException ? null : failure;
            }

            bool isDone = IsAllTold();
            EndStay();
            if (stop.IsCancellationRequested)
            {
                // Else the others must miss it.
                await (isDone ? TryLeaveAsync(stay) : Task.CompletedTask).ConfigureAwait(false);
                return;
            }

            OnLeft?.Invoke(fault);
            try
            {
                await Task.Delay(terms.Lease / 3, time, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private bool IsAllTold()
    {
        lock (gate)
        {
            return isJoined && waiting.Count == 0 && collecting is null;
        }
    }

    /// <summary>One stay, from its beginning until it is cancelled, fails or is over.</summary>
    private async Task StayAsync()
    {
        Stay next = new(name, NewIncarnation());
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        lock (gate)
        {
            stay = next;
            stayEnd = end;
            number = 0;
            heard.Clear();
            acknowledged.Clear();
        }

        // From then on whatever is announced is heard, so what may have been missed is forgotten behind it.
        await channel.OpenAsync(this, end.Token).ConfigureAwait(false);
        caches.Restart(TimeSpan.Zero);
        (DateTimeOffset Wall, long Clock) sentAt = Now();
        lock (gate)
        {
            silentSince = long.MaxValue;
        }

        Membership there = await WithinLeaseAsync(channel.JoinAsync(next), end.Token).ConfigureAwait(false);
        Begin(next, sentAt.Clock, there);
        OnJoined?.Invoke();
        while (true)
        {
            await Task.Delay(terms.Lease / 3, time, end.Token).ConfigureAwait(false);
            (DateTimeOffset Wall, long Clock) askedAt = Now();
            Membership? now = await WithinLeaseAsync(channel.RenewAsync(next, Beat()), end.Token).ConfigureAwait(false);
            if (now is null || HasSlept(sentAt))
            {
                return;
            }

            sentAt = askedAt;
            Renewed(sentAt.Clock, now);
        }
    }

    /// <summary>
    /// Whether the machine was suspended since, or its time was set: then the lease may have ended while this clock stood still.
    /// </summary>
    private bool HasSlept((DateTimeOffset Wall, long Clock) since) =>
        (time.GetUtcNow() - since.Wall - time.GetElapsedTime(since.Clock)).Duration() > MostJump;

    private (DateTimeOffset Wall, long Clock) Now() => (time.GetUtcNow(), time.GetTimestamp());

    private void Begin(Stay next, long sentAt, Membership there)
    {
        if (there.Doubt > TimeSpan.Zero)
        {
            caches.Restart(there.Doubt);
        }

        TaskCompletionSource waitedFor;
        lock (gate)
        {
            if (stayEnd is null || stay != next)
            {
                return;
            }

            waitedFor = joined;
            isJoined = true;
            figures.Stays++;

            // Leases that were granted by what Redis has forgotten since end first.
            holdUntil = time.GetTimestamp() + Ticks(terms.Lease * (1 + Drift));
            mustRestart = false;
            if (isUntold)
            {
                isUntold = false;
                Collect([new PeerEffect.OfEverything(IsInDoubt: true)]);
            }
        }

        Renewed(sentAt, there);
        waitedFor.TrySetResult();
    }

    private void Renewed(long sentAt, Membership there)
    {
        lock (gate)
        {
            if (stayEnd is null)
            {
                return;
            }

            leaseEnd = sentAt + Ticks(terms.Lease * (1 - Drift));
            Note(there);
            foreach ((Stay lost, long until) in lapsed.ToArray())
            {
                if (time.GetTimestamp() >= until)
                {
                    // What it had sent to the backend may still arrive.
                    Forgive(lost);
                    arrivesUntil = until + Ticks(doubt);
                }
            }

            // A list that is new does not know who was in the one before, and may not have found its way back.
            if (lapsed.Count > 0 || there.Age < (terms.GoneAfter * (1 + Drift)) + terms.Lease)
            {
                return;
            }

            if (mustRestart)
            {
                mustRestart = false;
                TimeSpan rest = time.GetElapsedTime(time.GetTimestamp(), Math.Max(arrivesUntil, time.GetTimestamp()));
                caches.Restart(there.Doubt > rest ? there.Doubt : rest);
            }

            serving.OpenUntil(leaseEnd);
        }
    }

    /// <summary>The stay is over, whatever ended it. What has not been told will be told in the next.</summary>
    private void EndStay()
    {
        CancellationTokenSource? end;
        lock (gate)
        {
            serving.Close();
            end = stayEnd;
            stayEnd = null;
            silentSince = Math.Min(silentSince, time.GetTimestamp());
            if (isJoined)
            {
                isJoined = false;
                closedAt = time.GetTimestamp();
                joined = new TaskCompletionSource(continuations);
            }

            members = [];
            Announcement[] untold = collecting is null ? [.. waiting] : [.. waiting, collecting];
            collecting = null;
            waiting.Clear();
            watched.Clear();
            foreach (Announcement told in untold)
            {
                told.End(isTold: false);
            }
        }

        try
        {
            end?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private async Task TryLeaveAsync(Stay left)
    {
        try
        {
            await channel.LeaveAsync(left).WaitAsync(terms.Lease, time).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The others find out when the lease has ended.
        }
    }

    /// <summary>Tells until it is told, or until it need not or cannot be.</summary>
    private async ValueTask<bool> TellAllAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen)
    {
        while (true)
        {
            Announcement? told = null;
            Task? untilJoined = null;
            TimeSpan rest = default;
            lock (gate)
            {
                if (isJoined && stayEnd is not null)
                {
                    told = Collect(effects);
                }
                else if (!IsWaitedFor() || stop.IsCancellationRequested)
                {
                    isUntold = true;
                    return false;
                }
                else
                {
                    // Whether others can still reach Redis is not known here. But four leases after the list was last asked to take this
                    // process in, they have missed it or lost their own lease, and answer from the backend until it is back or given up.
                    long now = time.GetTimestamp();
                    bool mayBeListed = silentSince == long.MaxValue;
                    rest = mayBeListed ? terms.Lease : time.GetElapsedTime(now, silentSince + Ticks(4 * terms.Lease));
                    if (rest <= TimeSpan.Zero)
                    {
                        return true;
                    }

                    untilJoined = joined.Task;
                }
            }

            if (told is null)
            {
                await Task.WhenAny(untilJoined!, Task.Delay(rest, time, CancellationToken.None)).ConfigureAwait(false);
            }
            else if (await told.Done.ConfigureAwait(false))
            {
                if (told.Overlaps && widen is not null && widen() is { Count: > 0 } wider)
                {
                    CountOverlap();
                    (effects, widen) = (wider, null);
                    continue;
                }

                return await HoldAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits for the end of leases that may have been granted by what Redis has forgotten.</summary>
    private async ValueTask<bool> HoldAsync()
    {
        TimeSpan rest;
        lock (gate)
        {
            rest = time.GetElapsedTime(time.GetTimestamp(), holdUntil);
        }

        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, CancellationToken.None).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Whether the others, as far as they can answer from their caches, still wait for this process to come back.</summary>
    private bool IsWaitedFor() =>
        closedAt is { } closed && time.GetTimestamp() < Math.Min(leaseEnd, closed) + Ticks(terms.GoneAfter * (1 - Drift));

    /// <summary>Adds to what is sent next.</summary>
    private Announcement Collect(IReadOnlyList<PeerEffect> effects)
    {
        collecting ??= new Announcement([], continuations);
        collecting.Effects.AddRange(effects);
        if (collecting.Effects.Count > MostEffects)
        {
            bool isInDoubt = collecting.Effects.Exists(effect => effect.IsInDoubt);
            collecting.Effects.RemoveAll(effect => effect is not PeerEffect.OfBulkOperation);
            collecting.Effects.Add(new PeerEffect.OfEverything(isInDoubt));
        }

        Announcement told = collecting;
        if (!isSending)
        {
            isSending = true;
            _ = SendAsync();
        }

        return told;
    }

    /// <summary>Sends what has been collected, one message after the other: what comes meanwhile goes with the next.</summary>
    private async Task SendAsync()
    {
        if (continuations.HasFlag(TaskCreationOptions.RunContinuationsAsynchronously))
        {
            await Task.Yield();
        }

        while (true)
        {
            Announcement next;
            GroupMessage message;
            Stay from;
            lock (gate)
            {
                if (collecting is null || stayEnd is null)
                {
                    isSending = false;
                    return;
                }

                next = collecting;
                collecting = null;
                next.Number = ++number;
                next.LapsesTold = lapses;
                waiting.Add(next);
                from = stay;
                message = new GroupMessage(from.Node, from.Incarnation, number, IsBeat: false, Lost(), next.Effects);
                figures.Told++;
            }

            try
            {
                TimeSpan arrives = next.Effects.Any(effect => effect.IsInDoubt) ? doubt : TimeSpan.Zero;
                Sent(next, from, await channel.AnnounceAsync(message, arrives).WaitAsync(terms.Lease, time).ConfigureAwait(false));
            }
            catch (Exception)
            {
                EndStayOf(from);
            }
        }
    }

    /// <summary>It is known now who was there when it was sent.</summary>
    private void Sent(Announcement told, Stay from, Membership there)
    {
        if (!there.Members.Any(member => member.Left > TimeSpan.Zero && new Stay(member.Node, member.Incarnation) == from))
        {
            // Redis has forgotten the members, or this one's lease has ended: who was there is not known.
            EndStayOf(from);
            return;
        }

        lock (gate)
        {
            if (stayEnd is null || stay != from)
            {
                return;
            }

            Note(there);
            told.Missing =
            [
                .. there.Members.Where(member => member.Node != name && member.Left > TimeSpan.Zero)
                    .Select(member => new Stay(member.Node, member.Incarnation))
                    .Where(other => acknowledged.GetValueOrDefault(other) != told.Number),
            ];
            foreach (Stay other in told.Missing.Where(watched.Add))
            {
                _ = WatchAsync(other, from);
            }

            EndIfTold(told);
        }
    }

    /// <summary>Strikes a member that keeps silent for too long, so that the wait for it ends with its lease.</summary>
    private async Task WatchAsync(Stay other, Stay own)
    {
        try
        {
            while (true)
            {
                long oldest;
                lock (gate)
                {
                    if (stay != own || stayEnd is null)
                    {
                        return;
                    }

                    if (waiting.FirstOrDefault(IsMissing) is not { } first)
                    {
                        watched.Remove(other);
                        return;
                    }

                    oldest = first.Number;
                }

                await Task.Delay(Silence, time, CancellationToken.None).ConfigureAwait(false);
                lock (gate)
                {
                    if (stay != own || !waiting.Any(told => told.Number <= oldest && IsMissing(told)))
                    {
                        continue;
                    }
                }

                (StrikeResult result, TimeSpan left) =
                    await channel.StrikeAsync(other).WaitAsync(terms.Lease, time).ConfigureAwait(false);
                TimeSpan rest = result switch
                {
                    StrikeResult.Struck => left * (1 + Drift),
                    StrikeResult.Absent => terms.Lease * (1 + Drift),
                    _ => TimeSpan.Zero,
                };
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, time, CancellationToken.None).ConfigureAwait(false);
                }

                lock (gate)
                {
                    if (stay != own)
                    {
                        return;
                    }

                    if (result == StrikeResult.Struck)
                    {
                        Lapse(other, TimeSpan.Zero);
                    }

                    watched.Remove(other);
                    foreach (Announcement told in waiting.Where(IsMissing).ToArray())
                    {
                        // It has not said whether it was writing the same items.
                        told.Overlaps |= result != StrikeResult.Struck;
                        told.Missing!.Remove(other);
                        EndIfTold(told);
                    }

                    return;
                }
            }
        }
        catch (Exception)
        {
            EndStayOf(own);
        }

        bool IsMissing(Announcement told) => told.Missing?.Contains(other) == true;
    }

    /// <summary>
    /// Ends the wait for an announcement that misses no acknowledgement; but not before all have been told of the members that were lost
    /// meanwhile: what those had written and not told may have come before.
    /// </summary>
    private void EndIfTold(Announcement told)
    {
        if (told.Missing is not { Count: 0 } || !waiting.Remove(told))
        {
            return;
        }

        if (told.LapsesTold == lapses)
        {
            told.End(isTold: true);
        }
        else
        {
            _ = FollowAsync(told, Collect([]));
        }

        static async Task FollowAsync(Announcement told, Announcement next) => told.End(await next.Done.ConfigureAwait(false));
    }

    private void EndStayOf(Stay ended)
    {
        bool isCurrent;
        lock (gate)
        {
            isCurrent = stay == ended;
        }

        if (isCurrent)
        {
            EndStay();
        }
    }

    private async Task AckAsync(GroupAck ack)
    {
        try
        {
            await channel.AckAsync(ack).ConfigureAwait(false);
        }
        catch (Exception)
        {
            EndStayOf(ack.From);
        }
    }

    private void CountOverlap()
    {
        lock (gate)
        {
            figures.Overlaps++;
        }
    }

    private GroupMessage Beat()
    {
        lock (gate)
        {
            return new GroupMessage(stay.Node, stay.Incarnation, number, IsBeat: true, Lost(), []);
        }
    }

    private Stay[] Lost() => [.. lapsed.Keys];

    /// <summary>Whether a message is the next of its sender; if it is not, one was lost, and the stay ends.</summary>
    private bool TryFollow(GroupMessage message)
    {
        bool isKnown = heard.TryGetValue(message.Node, out (string Incarnation, long Number) last);
        long before = last.Incarnation == message.Incarnation ? last.Number : 0;
        if (isKnown && (message.IsBeat ? message.Number > before : message.Number != before + 1))
        {
            figures.Gaps++;
            return false;
        }

        heard[message.Node] = (message.Incarnation, Math.Max(before, message.Number));
        return true;
    }

    /// <summary>Takes note of who is there and who is lost.</summary>
    private void Note(Membership there)
    {
        members = there.Members;
        foreach (Member member in there.Members.Where(member => member.Node != name))
        {
            if (member.Left <= TimeSpan.Zero)
            {
                Lapse(new Stay(member.Node, member.Incarnation), member.Left);
            }
            else
            {
                foreach (Stay lost in lapsed.Keys.Where(lost => lost.Node == member.Node && lost.Incarnation != member.Incarnation).ToArray())
                {
                    Forgive(lost);
                }
            }
        }
    }

    /// <summary>
    /// A member's lease has ended, and it has not said that it is done: what it has written and not told is unknown, so nothing is answered
    /// from the caches until it is back or gone.
    /// </summary>
    /// <param name="lost">Its stay.</param>
    /// <param name="left">What was left of its lease: zero or less.</param>
    private void Lapse(Stay lost, TimeSpan left)
    {
        long until = time.GetTimestamp() + Ticks((terms.GoneAfter * (1 + Drift)) + left);
        if (lost.Node == name || until <= time.GetTimestamp() || lapsed.ContainsKey(lost) || forgiven.Contains(lost))
        {
            return;
        }

        lapsed[lost] = until;
        lapses++;
        figures.Lapses++;
        mustRestart = true;
        serving.Close();
        OnLapse?.Invoke(lost.Node);
    }

    /// <summary>A member that was lost is back or gone. Others who find that out later still speak of it.</summary>
    private void Forgive(Stay lost)
    {
        lapsed.Remove(lost);
        forgiven.Enqueue(lost);
        if (forgiven.Count > MostForgiven)
        {
            forgiven.Dequeue();
        }
    }

    private async Task<T> WithinLeaseAsync<T>(Task<T> call, CancellationToken cancellationToken) =>
        await call.WaitAsync(terms.Lease, time, cancellationToken).ConfigureAwait(false);

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
