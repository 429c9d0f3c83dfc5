using DaxProxy.Core.Caching.Writes;
using DaxProxy.Core.Catalog;

namespace DaxProxy.Core.Caching.Group;

/// <summary>
/// This process as a member of its group: it holds a lease while its caches answer, tells the others of each write before that is
/// acknowledged, and does what they tell.
/// </summary>
/// <remarks>
/// Thread-safe. The protocol, and why it is right, is in <c>DESIGN.md</c>. Everything that changes is changed inside <c>gate</c>, under
/// which the caches are called but nothing that waits.
/// </remarks>
public sealed class GroupNode : IPeers, IGroupListener, IAsyncDisposable
{
    /// <summary>Between two renewals the two clocks of a machine that was not suspended differ by less.</summary>
    private static readonly TimeSpan MostJump = TimeSpan.FromMilliseconds(100);

    private readonly GroupTerms terms;
    private readonly string name;
    private readonly IGroupChannel channel;
    private readonly CachedBackend caches;
    private readonly ServingGate serving;
    private readonly TimeProvider time;
    private readonly TaskCreationOptions continuations;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Incarnation, long Number)> heard = new(StringComparer.Ordinal);
    private readonly LostMembers lost;
    private readonly Announcer announcer;
    private readonly Echoes echoes;
    private readonly SharedItems shared;
    private SharedWait joined;
    private CancellationTokenSource? stayEnd;
    private Task running = Task.CompletedTask;
    private Stay stay;
    private bool isJoined;
    private bool mustRestart;
    private bool isUntold;
    private bool isSharing;
    private long leaseEnd;
    private long holdUntil;
    private long? closedAt;
    private long silentSince = long.MaxValue;
    private IReadOnlyList<Member> members = [];
    private IReadOnlyList<string> addresses = [];
    private GroupFigures figures;

    /// <summary>A process that is not in the group yet. Its caches do not answer before it is.</summary>
    /// <param name="terms">What the members agree on.</param>
    /// <param name="name">What tells this process from all others, for ever.</param>
    /// <param name="channel">How it reaches them; owned from now on.</param>
    /// <param name="caches">Its caches.</param>
    /// <param name="serving">What keeps them from answering.</param>
    /// <param name="time">The clock.</param>
    /// <param name="continuations">How those who wait go on.</param>
    public GroupNode(
        GroupTerms terms,
        string name,
        IGroupChannel channel,
        CachedBackend caches,
        ServingGate serving,
        TimeProvider time,
        TaskCreationOptions continuations = TaskCreationOptions.RunContinuationsAsynchronously)
    {
        this.terms = terms;
        this.name = name;
        this.channel = channel;
        this.caches = caches;
        this.serving = serving;
        this.time = time;
        this.continuations = continuations;
        joined = new SharedWait(continuations);
        lost = new LostMembers(name, terms, time);
        announcer = new Announcer(gate, terms, channel, lost, time, continuations)
        {
            EndStay = EndStayOf,
            Note = Note,
            Lapse = ended => Lapse(ended, TimeSpan.Zero),
        };
        echoes = new Echoes(channel, time, continuations);
        shared = new SharedItems(channel, time, MayLook, IsSharing, () => NewIncarnation());
        serving.Close();
        caches.Join(this, terms.SharesItems ? shared : null);
    }

    /// <summary>Names a stay: hexadecimal digits that were never used before.</summary>
    public Func<string> NewIncarnation { get; init; } = static () => Guid.NewGuid().ToString("N");

    /// <summary>What is promised of a table; by default what the terms say of all.</summary>
    public Func<string, GroupMode>? ModeOf { get; init; }

    /// <summary>
    /// Where clients of this process reach it, in words that members understand; empty where they do not. Told with the next renewal.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>Told of each stay that begins.</summary>
    public Action? OnJoined { get; init; }

    /// <summary>Told of each stay that ends without being meant to, or could not begin; with what failed, if anything did.</summary>
    public Action<Exception?>? OnLeft { get; init; }

    /// <summary>Told of each member that is found to be lost.</summary>
    public Action<string>? OnLapse { get; init; }

    /// <summary>
    /// Where clients reach the other members that are there; while the group is lost, those that were there last. In the order of names.
    /// </summary>
    public IReadOnlyList<string> Addresses
    {
        get
        {
            lock (gate)
            {
                return addresses;
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
                    name,
                    isJoined,
                    serving.Left ?? TimeSpan.Zero,
                    [.. members.Select(member => member.Node)],
                    [.. lost.Now.Select(member => member.Node)],
                    shared.CountOn(figures with { Told = announcer.Told, Lapses = lost.Found }));
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
    public bool MayWrite(IReadOnlyList<string>? tableNames)
    {
        GroupMode mode = tableNames is null ? AnyMode : Most(tableNames.Select(name => ModeOfTable(TableCatalog.PlainName(name))));
        if (mode == GroupMode.Bounded)
        {
            return true;
        }

        lock (gate)
        {
            return isJoined || IsWaitedFor();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TellAsync(IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen)
    {
        GroupMode mode = Most(effects.Select(ModeOfEffect));
        if (mode == GroupMode.Validated && widen is not null)
        {
            // No acknowledgement is waited for that could say whether a peer is writing the same items.
            (effects, widen) = ([.. effects, .. widen()], null);
        }

        ValueTask<bool> telling = TellAllAsync(effects, widen, untilHeard: mode != GroupMode.Validated);
        if (mode == GroupMode.Bounded)
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
    public ValueTask<bool> ConfirmAsync(IReadOnlyList<PeerEffect> effects) => TellAllAsync(effects, null, untilHeard: true);

    /// <inheritdoc/>
    public ValueTask<bool> CatchUpAsync()
    {
        lock (gate)
        {
            return isJoined ? new(echoes.NextAsync()) : new(false);
        }
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
            foreach (Stay ended in message.Lapsed)
            {
                Lapse(ended, TimeSpan.Zero);
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
            announcer.Acknowledge(ack);
        }

        announcer.Send();
    }

    /// <inheritdoc/>
    public void OnEcho(string word) => echoes.OnEcho(word);

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
            return isJoined && announcer.IsIdle;
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
            heard.Clear();
            announcer.Begin(next);
        }

        // From then on all that is announced is heard. So what may have been missed before is forgotten after it.
        await channel.OpenAsync(this, end.Token).ConfigureAwait(false);
        caches.Restart(TimeSpan.Zero);
        (DateTimeOffset Wall, long Clock) sentAt = Now();
        bool isReturn;
        lock (gate)
        {
            silentSince = long.MaxValue;
            isReturn = figures.Stays > 0;
        }

        Membership there = await WithinLeaseAsync(channel.JoinAsync(next, isReturn), end.Token).ConfigureAwait(false);
        Begin(next, sentAt.Clock, there);
        OnJoined?.Invoke();
        while (true)
        {
            await Task.Delay(terms.Lease / 3, time, end.Token).ConfigureAwait(false);
            (DateTimeOffset Wall, long Clock) askedAt = Now();
            TimeSpan quiet = terms.SharesItems && caches.IsHolding ? SharedRaise.QuietOf(terms) : TimeSpan.Zero;
            Membership? now = await WithinLeaseAsync(channel.RenewAsync(next, Beat(), Address, quiet), end.Token).ConfigureAwait(false);
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

        SharedWait waitedFor;
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
            holdUntil = time.GetTimestamp() + time.TicksOf(GroupTerms.AtLeast(terms.Lease));
            mustRestart = false;
            if (isUntold)
            {
                isUntold = false;
                announcer.Collect([new PeerEffect.OfEverything(IsInDoubt: true)]);
            }
        }

        announcer.Send();
        Renewed(sentAt, there);
        waitedFor.End(true);
    }

    private void Renewed(long sentAt, Membership there)
    {
        lock (gate)
        {
            if (stayEnd is null)
            {
                return;
            }

            leaseEnd = sentAt + time.TicksOf(GroupTerms.AtMost(terms.Lease));
            Note(there);
            lost.GiveUp();

            // A list that is new does not know who was in the one before, and may not have found its way back.
            if (lost.Now.Count > 0 || there.Age < GroupTerms.AtLeast(terms.GoneAfter) + terms.Lease)
            {
                return;
            }

            if (mustRestart)
            {
                mustRestart = false;
                TimeSpan arrives = time.Until(lost.ArrivesUntil);
                caches.Restart(arrives > there.Doubt ? arrives : there.Doubt);
            }

            serving.OpenUntil(leaseEnd);

            // A member that was given up has left the list by then, and what was shared before has ended with that.
            TimeSpan leaves = GroupTerms.AtLeast(terms.Doubt + terms.Settle) - terms.Doubt;
            isSharing = terms.SharesItems && time.GetElapsedTime(lost.ArrivesUntil, sentAt) >= leaves;
        }
    }

    /// <summary>The stay is over. What has not been told will be told in the next one.</summary>
    private void EndStay()
    {
        CancellationTokenSource? end;
        lock (gate)
        {
            serving.Close();
            isSharing = false;
            end = stayEnd;
            stayEnd = null;
            silentSince = Math.Min(silentSince, time.GetTimestamp());
            if (isJoined)
            {
                isJoined = false;
                closedAt = time.GetTimestamp();
                joined = new SharedWait(continuations);
            }

            members = [];
            announcer.End();
        }

        echoes.End();

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
    private async ValueTask<bool> TellAllAsync(
        IReadOnlyList<PeerEffect> effects, Func<IReadOnlyList<PeerEffect>>? widen, bool untilHeard)
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
                    told = announcer.Collect(effects);
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
                    bool mayBeListed = silentSince == long.MaxValue;
                    rest = mayBeListed ? terms.Lease : time.Until(silentSince + time.TicksOf(4 * terms.Lease));
                    if (rest <= TimeSpan.Zero)
                    {
                        return true;
                    }

                    untilJoined = joined.WaitAsync();
                }
            }

            if (told is null)
            {
                await Task.WhenAny(untilJoined!, time.DelayAsync(rest)).ConfigureAwait(false);
                continue;
            }

            announcer.Send();
            if (await (untilHeard ? told.WhenDoneAsync() : told.WhenSentAsync()).ConfigureAwait(false))
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
            rest = time.Until(holdUntil);
        }

        if (rest > TimeSpan.Zero)
        {
            await time.DelayAsync(rest).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Whether the others, as far as they can answer from their caches, still wait for this process to come back.</summary>
    private bool IsWaitedFor() =>
        closedAt is { } closed && time.Until(Math.Min(leaseEnd, closed) + time.TicksOf(GroupTerms.AtMost(terms.GoneAfter))) > TimeSpan.Zero;

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
            return new GroupMessage(stay.Node, stay.Incarnation, announcer.Number, IsBeat: true, lost.Now, []);
        }
    }

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
        addresses =
        [
            .. there.Members.Where(member => member.IsThere && member.Node != name && member.Address.Length > 0)
                .OrderBy(member => member.Node, StringComparer.Ordinal).Select(member => member.Address),
        ];
        foreach (Member member in there.Members)
        {
            if (member.IsThere)
            {
                lost.Return(member);
            }
            else
            {
                Lapse(member.Stay, member.Left);
            }
        }
    }

    private void Lapse(Stay ended, TimeSpan left)
    {
        if (lost.TryAdd(ended, left))
        {
            mustRestart = true;
            serving.Close();
            isSharing = false;
            OnLapse?.Invoke(ended.Node);
        }
    }

    /// <summary>Whether what members share ends with each write: what has not been announced yet has ended nothing.</summary>
    private bool MayLook(string tableName, ReadOnlyMemory<byte> key)
    {
        lock (gate)
        {
            return isSharing && !announcer.IsUntold(tableName, key.Span);
        }
    }

    private bool IsSharing()
    {
        lock (gate)
        {
            return isSharing;
        }
    }

    /// <summary>What is promised where the table is not known: also in a validated group, tables may be strict.</summary>
    private GroupMode AnyMode =>
        terms.TableModes.Length > 0 || terms.Mode == GroupMode.Validated ? GroupMode.Strict : terms.Mode;

    private GroupMode ModeOfTable(string tableName) => ModeOf?.Invoke(tableName) ?? terms.Mode;

    private GroupMode ModeOfEffect(PeerEffect effect) => effect switch
    {
        PeerEffect.OfItem item => ModeOfTable(item.TableName),
        PeerEffect.OfTable table => ModeOfTable(table.TableName),
        PeerEffect.OfBulkOperation { Operation.Tables: { Count: > 0 } tables } => Most(tables.Select(ModeOfTable)),
        _ => AnyMode,
    };

    private static GroupMode Most(IEnumerable<GroupMode> modes) => modes.Aggregate((most, mode) => mode > most ? mode : most);

    private async Task<T> WithinLeaseAsync<T>(Task<T> call, CancellationToken cancellationToken) =>
        await call.WaitAsync(terms.Lease, time, cancellationToken).ConfigureAwait(false);
}
