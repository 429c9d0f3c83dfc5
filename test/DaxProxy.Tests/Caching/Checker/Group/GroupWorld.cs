using DaxProxy.Core;
using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>
/// Several processes with caches in front of one backend, a server through which they reach each other, and clients of each. Each step does
/// one thing, which follows from the seed and the number of the step.
/// </summary>
internal sealed class GroupWorld
{
    private const int Size = 3;
    private const int MostHeld = 6;
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ulong seed;
    private readonly GroupProfile profile;
    private readonly CheckFigures figures;
    private readonly Action<string>? tell;
    private readonly History history = new();
    private readonly GroupTerms terms;
    private readonly SimulatedRedis redis;
    private readonly List<GroupMember> members = [];
    private readonly List<(HeldCall Call, TimeSpan Until)> orphans = [];
    private readonly List<(QuerySource Source, AttributeMap Start)> positions = [];
    private int born;

    public GroupWorld(ulong seed, GroupProfile profile, CheckFigures figures, Action<string>? tell)
    {
        this.seed = seed;
        this.profile = profile;
        this.figures = figures;
        this.tell = tell;
        terms = new GroupTerms(
            IsBounded ? GroupMode.Bounded : GroupMode.Strict,
            IsSharing ? "one is validated" : "",
            "",
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(5),
            CheckedCaches.DoubtWindow,
            Lag.Replica,
            IsSharing);
        redis = new SimulatedRedis(terms);
        history.Time = Start;
        foreach (Design design in Design.All)
        {
            TableState table = TableState.Of(design.Describe("id"));
            Dice dice = new(seed, -1);
            for (int i = 0; i < 8; i++)
            {
                AttributeMap key = Values.Key(design, dice);
                table = table.With(table.KeyOf(key), new Row(new RandomWrites(dice, -1 - i).Item(design, key)));
            }

            history.Acknowledge([history.Change(design.Name, table)]);
        }

        for (int i = 0; i < Size; i++)
        {
            Add();
        }
    }

    /// <summary>Whether members keep items for each other, and read one of the tables only when they have heard everything.</summary>
    private bool IsSharing => profile is GroupProfile.Sharing or GroupProfile.SharingLagging;

    private bool IsBounded => profile is GroupProfile.Bounded;

    private ReadLag Lag => profile is GroupProfile.Lagging or GroupProfile.SharingLagging
        ? new ReadLag(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5))
        : ReadLag.None;

    /// <summary>The processes there are.</summary>
    public IReadOnlyList<GroupMember> Members => members;

    /// <summary>Whether members can be cut off, or hear and say little, for long: a bound holds only where they cannot.</summary>
    public bool MayCutOff => !IsBounded;

    /// <summary>Whether messages can be lost without their connection: reads that are validated rely on it that they cannot.</summary>
    public bool MayLoseMessages => !IsSharing;

    /// <summary>Does one thing; throws a <see cref="Violation"/>.</summary>
    public void Step(int step)
    {
        Dice dice = new(seed, step);
        GroupMember member = dice.Pick(members);
        member.Inner.Step = step;
        int kind = dice.Next(1000);

        // While no member may answer from its caches, time passes faster.
        int passing = members.Exists(other => other.Caches.Catalog.Gate.IsOpen) ? 40 : 150;
        if (kind < 1)
        {
            if (profile != GroupProfile.Calm)
            {
                Disturb(member, dice);
            }
        }
        else if (kind < 12)
        {
            Repair(member);
        }
        else if (kind < passing)
        {
            LetTimePass(dice.Next(100) < 95 ? dice.Next(30) : dice.Next(600));
        }
        else if (member.IsPaused)
        {
            return;
        }
        else if (kind < 540)
        {
            TryMove(member, dice);
        }
        else if (member.Inner.Held.Count >= MostHeld || kind < 760)
        {
            Proceed(member, dice);
        }
        else if (kind < 772)
        {
            Write(member, new RandomWrites(dice, step).Draw(), dice);
        }
        else
        {
            Read(member, dice.Next(10) < (IsSharing ? 8 : 4) ? Get(dice) : Page(dice), dice);
        }

        Settle();
    }

    /// <summary>Counts what only the members know.</summary>
    public void End() => members.ForEach(Count);

    /// <summary>How the members stand.</summary>
    public override string ToString() => string.Join("; ", members.Select(member => member.Node.Status.ToString()))
        + $"; members {string.Join(',', members.SelectMany(member => member.Node.Status.Members))}";

    private void Add()
    {
        HeldBackend inner = new()
        {
            History = history,
            ReadLag = Lag,
        };
        members.Add(new GroupMember(
            $"node{born}", seed + (ulong)born, inner, redis, terms, isSmall: seed % 2 == 0, IsSharing ? Design.All[0].Name : null, tell));
        born++;
    }

    /// <summary>A client of a member reads.</summary>
    public void Read(GroupMember member, Operation operation, Dice dice)
    {
        int behind = dice.Next(2) * (1 + dice.Next(6));
        member.Inner.PlanOf = _ => new CallPlan { Behind = behind };
        int count = member.Inner.Held.Count;
        int clock = IsBounded ? history.ClockAt(history.Time - Slack(2 * terms.Lease)) : history.Clock, now = history.Now;
        ReadLag lag = member.Inner.ReadLag;
        int replicaClock = history.ClockAt(history.Time - Slack(lag.Replica)),
            indexClock = Math.Min(clock, history.ClockAt(history.Time - Slack(lag.Index)));
        bool isOpen = member.Caches.Catalog.Gate.IsOpen;
        Task<Reply> answer = member.Caches.Backend.ExecuteAsync(operation, CancellationToken.None).AsTask();
        HeldCall? own = member.Inner.Held.Count > count ? member.Inner.Held[^1] : null;
        List<string> passedBy =
            [.. Design.All.Select(design => design.Name).Where(table => !isOpen || !member.Caches.Catalog.TryGet(table, out _))];

        // Who joins a fetch of an index sees what the index was when the fetch was sent.
        if (own is null && !answer.IsCompleted && member.Reads.Count > 0)
        {
            indexClock = Math.Min(indexClock, member.Reads.Min(read => read.IndexClock));
        }

        figures.Reads++;
        tell?.Invoke($"{member.Name} read: {Description.Of(operation)}{(isOpen ? "" : " without lease")}{(own is null ? "" : " is sent")}");
        member.Reads.Add(new ClientRead(operation, clock, replicaClock, indexClock, now, answer, passedBy, own));
    }

    /// <summary>A client of a member writes.</summary>
    public void Write(GroupMember member, Operation operation, Dice dice)
    {
        CallPlan plan = new() { Images = (ImageKnowledge)dice.Next(3), IsRefused = dice.Chance(3) };

        // Reads may be sent later than they are begun.
        member.Inner.PlanOf = sent => sent is GetItem or PageOperation ? new CallPlan() : plan;
        int count = member.Inner.Held.Count;
        Task<Reply> answer = member.Caches.Backend.ExecuteAsync(operation, CancellationToken.None).AsTask();
        figures.Writes++;
        if (member.Inner.Held.Count > count)
        {
            tell?.Invoke(
                $"{member.Name} write: {Description.Of(operation)} ({plan.Images} told{(plan.IsRefused ? ", refused" : "")}) is sent");
            member.Writes.Add(new ClientWrite(member.Inner.Held[^1], answer));
        }
        else if (!answer.IsCompleted || answer.Result is not ErrorReply { Error.StatusCode: 500 })
        {
            throw new Violation("a write that was neither sent nor refused");
        }
    }

    /// <summary>A call of the backend takes place, or is answered.</summary>
    private void Proceed(GroupMember member, Dice dice)
    {
        if (member.Inner.Held.Count == 0)
        {
            return;
        }

        HeldCall call = dice.PickBy(member.Inner.Held, static held => held.Step);
        if (!call.IsDone && dice.Chance(60))
        {
            TakePlace(member, call);
        }
        else if (profile != GroupProfile.Calm && member.Writes.Exists(write => write.Call == call) && dice.Chance(4))
        {
            Lose(member, call, dice);
        }
        else
        {
            Answer(member, call);
        }
    }

    /// <summary>Does one of what there is to do between a member and the server; false if there is nothing.</summary>
    public bool TryMove(GroupMember member, Dice dice)
    {
        bool hasMoved = member.Channel.TryMove(dice);
        Rest();
        return hasMoved;
    }

    /// <summary>The next part of a call takes effect.</summary>
    public void TakePlace(GroupMember member, HeldCall call)
    {
        call.Advance();
        history.Commit(call.Effects);
        tell?.Invoke($"backend: {Description.Of(call.Operation)} of {member.Name} takes place");
    }

    /// <summary>A call takes effect as far as it has not, and is answered.</summary>
    public void Answer(GroupMember member, HeldCall call)
    {
        call.Complete();
        history.Commit(call.Effects);
        tell?.Invoke($"backend: {Description.Of(call.Operation)} of {member.Name} is answered");
        call.Release();
        Rest();
    }

    /// <summary>The answer to a write is lost; what it does may still happen.</summary>
    public void Lose(GroupMember member, HeldCall call, Dice dice)
    {
        bool happens = dice.Chance(70);
        tell?.Invoke($"backend: the answer to {Description.Of(call.Operation)} of {member.Name} is lost");
        call.Lose(isBroken: dice.Chance(50));
        Rest();
        if (happens && !call.IsDone)
        {
            orphans.Add((call, redis.Now + (CheckedCaches.DoubtWindow * 0.9)));
        }
    }

    private void Disturb(GroupMember member, Dice dice)
    {
        figures.Others++;
        switch (dice.Next(12))
        {
            case 0 or 1:
                Suspend(member);
                break;
            case 2 or 3 when MayCutOff:
                CutOff(member);
                break;
            case 4 or 5:
                Break(member);
                break;
            case 6 when MayLoseMessages && member.Channel.Messages.Count > 0:
                LoseMessage(member);
                break;
            case 7:
                Flush(dice);
                break;
            case 8:
                FailOver(dice);
                break;
            case 9 or 10:
                Kill(member, dice);
                break;
            default:
                LetTimePass(dice.Next(6000));
                break;
        }
    }

    /// <summary>A process stands still while time passes.</summary>
    public void Suspend(GroupMember member)
    {
        tell?.Invoke($"{member.Name} is suspended");
        member.Pause();
    }

    /// <summary>Nothing gets through between a process and the server.</summary>
    public void CutOff(GroupMember member)
    {
        tell?.Invoke($"{member.Name} is cut off");
        member.Channel.IsCutOff = true;
    }

    /// <summary>A connection ends, and both ends notice.</summary>
    public void Break(GroupMember member)
    {
        tell?.Invoke($"the connection of {member.Name} breaks");
        member.Channel.Break();
        Rest();
    }

    /// <summary>The next message that a process would have heard is lost.</summary>
    public void LoseMessage(GroupMember member)
    {
        tell?.Invoke($"a message to {member.Name} is lost");
        member.Channel.Messages.Dequeue();
    }

    /// <summary>The server forgets everything, or the list of members.</summary>
    public void Flush(Dice dice)
    {
        tell?.Invoke("the server forgets everything, or evicts the list");
        redis.Flush(dice.Next(3));
    }

    /// <summary>A replica takes over, which may be behind.</summary>
    public void FailOver(Dice dice)
    {
        tell?.Invoke("another server takes over");
        redis.FailOver(TimeSpan.FromMilliseconds(dice.Next(300)));
        Rest();
    }

    /// <summary>A process goes on, and reaches the server.</summary>
    public void Repair(GroupMember member)
    {
        if (member.IsPaused)
        {
            tell?.Invoke($"{member.Name} is resumed");
            member.Resume();
            Rest();
        }

        if (member.Channel.IsCutOff)
        {
            tell?.Invoke($"{member.Name} is reachable again");
            member.Channel.IsCutOff = false;
        }
    }

    /// <summary>
    /// A process ends in the middle of whatever it does, and another one begins. What it had sent still arrives, or does not.
    /// </summary>
    public void Kill(GroupMember member, Dice dice)
    {
        tell?.Invoke($"{member.Name} is killed");
        Count(member);
        members.Remove(member);
        redis.Channels.Remove(member.Channel);
        orphans.AddRange(member.Writes.Select(write => write.Call).Where(call => !call.IsDone && dice.Chance(60))
            .Select(call => (call, redis.Now + ((terms.GoneAfter + terms.Doubt) * 0.9))));
        Add();
    }

    private void Count(GroupMember member) => figures.SharedHits += member.Node.Status.Figures.SharedHits;

    /// <summary>Time passes for the server and all processes, each by its own clock.</summary>
    public void LetTimePass(int milliseconds)
    {
        TimeSpan span = TimeSpan.FromMilliseconds(milliseconds);
        redis.Now += span;
        history.Time = Start + redis.Now;
        foreach ((HeldCall call, TimeSpan until) in orphans.ToArray())
        {
            if (redis.Now >= until || (milliseconds & 3) == 1)
            {
                orphans.Remove((call, until));
                call.Complete();
                history.Commit(call.Effects);
                tell?.Invoke($"backend: {Description.Of(call.Operation)}, given up, takes place");
            }
        }

        foreach (GroupMember member in members)
        {
            member.Advance(span);
            member.Rest();
        }
    }

    private void Rest() => members.ForEach(member => member.Rest());

    /// <summary>What has been answered is judged.</summary>
    public void Settle()
    {
        if (redis.Stray is { } trace)
        {
            throw new InvalidOperationException("something went on in another thread: " + trace);
        }

        foreach (GroupMember member in members)
        {
            foreach (ClientWrite write in member.Writes.Where(write => write.Answer.IsCompleted).ToArray())
            {
                member.Writes.Remove(write);
                if (!write.Answer.IsFaulted && write.Answer.Result is not ErrorReply { Error.StatusCode: >= 500 })
                {
                    tell?.Invoke($"{member.Name}: {Description.Of(write.Call.Operation)} is acknowledged");
                    history.Acknowledge(write.Call.Effects);
                }
            }

            foreach (ClientRead read in member.Reads.Where(read => read.Answer.IsCompleted).ToArray())
            {
                member.Reads.Remove(read);
                Finish(member, read);
            }

            if (member.Caches.Faults.Count > 0)
            {
                throw new Violation($"a fault of the caches: {member.Caches.Faults[0]}");
            }
        }
    }

    private void Finish(GroupMember member, ClientRead read)
    {
        if (read.Answer.IsFaulted)
        {
            throw new Violation($"a read failed: {read.Answer.Exception!.InnerException}");
        }

        Reply reply = read.Answer.Result;
        if (reply.Cache?.ToString().Contains("bypass", StringComparison.Ordinal) == true)
        {
            // Its table was not known, or it could not be known in time what others had told.
            read = read with { PassedBy = [.. Design.All.Select(design => design.Name)] };
        }

        tell?.Invoke($"{member.Name}: {Description.Of(read.Operation)} is answered [{reply.Cache}]");
        if (Judge.Find(history, read, reply) is { } fault)
        {
            throw new Violation($"{member.Name}: {Description.Of(read.Operation)} [{reply.Cache}]: {fault}");
        }

        bool isHit = reply.Cache?.ToString().Contains("hit", StringComparison.Ordinal) == true;
        figures.PageHits += isHit && reply is PageReply ? 1 : 0;
        figures.ItemHits += isHit && reply is not PageReply ? 1 : 0;
        if (reply is PageReply { LastEvaluatedKey: { } last })
        {
            positions.Add((QuerySource.Of((PageOperation)read.Operation), last));
            if (positions.Count > 30)
            {
                positions.RemoveAt(0);
            }
        }
    }

    /// <summary>A window of a clock that is slower is longer.</summary>
    private static TimeSpan Slack(TimeSpan lag) => lag * 1.02;

    private static GetItem Get(Dice dice)
    {
        Design design = dice.Pick(Design.All);
        return CacheRig.Checked(new GetItem { TableName = design.Name, Key = Values.Key(design, dice), ConsistentRead = dice.Chance(10) });
    }

    private PageOperation Page(Dice dice)
    {
        AttributeMap? start = null;
        int condition = dice.Chance(90) ? Math.Min(dice.Next(4), dice.Next(4)) : dice.Next(2 * QueryShape.All.Count);
        Dice keys = new(seed, -2 - condition);

        // Few ways to ask, most of the time: a page that nothing asks for again is no hit, whatever has become stale in it.
        QueryShape shape = keys.Pick(QueryShape.All).As(dice.Next(dice.Chance(85) ? 2 : QueryShape.QueryVariants));
        List<AttributeMap> starts = [.. positions.Where(position => position.Source == shape.Source).Select(position => position.Start)];
        if (starts.Count > 0 && dice.Chance(20))
        {
            start = dice.Pick(starts);
        }

        figures.Shapes.Add(shape);
        return shape.Make(keys, dice, start);
    }
}
