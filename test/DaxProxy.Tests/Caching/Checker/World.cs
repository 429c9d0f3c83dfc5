using DaxProxy.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// The caches, a backend in our hand, and clients. Each step does one thing, which follows from the seed and the number of the step;
/// whatever a step sets off on other threads has come to an end when it returns, so that the same steps always do the same.
/// </summary>
internal sealed class World
{
    private const int MostHeld = 8;

    private static readonly Disturbance[] OfAll =
    [
        .. Enumerable.Repeat(Disturbance.Sweep, 3), Disturbance.Fill, .. Enumerable.Repeat(Disturbance.Outsider, 3),
        .. Enumerable.Repeat(Disturbance.News, 3), Disturbance.Eviction, Disturbance.TableChange, Disturbance.Time,
    ];

    private static readonly Disturbance[] OfItself =
    [
        .. Enumerable.Repeat(Disturbance.Sweep, 10), .. Enumerable.Repeat(Disturbance.Fill, 8), Disturbance.Outsider, Disturbance.News,
        Disturbance.TableChange, Disturbance.TableChange, Disturbance.Time,
    ];

    private readonly ulong seed;
    private readonly CheckProfile profile;
    private readonly CheckFigures figures;
    private readonly Action<string>? tell;
    private readonly History history;
    private readonly HeldBackend inner;
    private readonly CheckedCaches caches;
    private readonly Outsiders outsiders;
    private readonly BackgroundWork background;
    private readonly Precision precision;
    private readonly Staleness staleness;
    private readonly List<ClientRead> reads = [];
    private readonly List<ClientWrite> writes = [];
    private readonly Dictionary<string, HeldCall> fetches = [];
    private readonly Dictionary<HeldCall, string> names = [];
    private readonly List<(QuerySource Source, AttributeMap Start)> positions = [];

    /// <summary>A new world.</summary>
    /// <param name="seed">What everything follows from.</param>
    /// <param name="profile">What may happen.</param>
    /// <param name="figures">What is counted.</param>
    /// <param name="tell">Told of each step; null for no listener.</param>
    /// <param name="telling">How the backend tells of what it does of itself.</param>
    public World(ulong seed, CheckProfile profile, CheckFigures figures, Action<string>? tell, Telling telling = Telling.InTime)
    {
        this.seed = seed;
        this.profile = profile;
        this.figures = figures;
        this.tell = tell;
        inner = new HeldBackend
        {
            ReadLag = profile == CheckProfile.Lagging ? new ReadLag(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.5)) : ReadLag.None,

            // Seeds choose profiles in turn, too: all of them come with both.
            ScanOrder = seed / 8 % 2 == 0 ? static (layout, item) => PageOrder.PlaceOf(layout.Hash, item) : null,
        };
        history = inner.History;
        caches = new CheckedCaches(inner, seed, isSmall: profile == CheckProfile.Harsh, servesStale: profile == CheckProfile.Failing);
        staleness = new Staleness(caches);
        outsiders = new Outsiders(caches, inner, tell);
        background = new BackgroundWork(caches, inner, telling, tell);
        precision = new Precision(history);
        foreach (Design design in Design.All)
        {
            TableState table = TableState.Of(design.Describe("id"));
            Dice dice = new(seed, -1);
            for (int i = 0; i < 12; i++)
            {
                AttributeMap key = Values.Key(design, dice);
                table = table.With(table.KeyOf(key), new Row(new RandomWrites(dice, -1 - i).Item(design, key)));
            }

            history.Acknowledge([history.Change(design.Name, table)]);
        }
    }

    /// <summary>Does one thing; throws a <see cref="Violation"/>.</summary>
    public void Step(int step)
    {
        Dice dice = new(seed, step);
        inner.Step = step;
        history.Time = caches.Time.GetUtcNow();
        if (background.HasUntold && new Dice(~seed, step).Chance(20))
        {
            background.TellAll();
        }

        int kind = dice.Next(100);
        (int waiting, int disturbing) = profile == CheckProfile.Changing ? (86, 90) : (95, 98);
        if (inner.Held.Count >= MostHeld || (kind >= 70 && kind < waiting))
        {
            ReleaseOne(dice);
        }
        else if (kind < 54)
        {
            Read(dice);
        }
        else if (kind < 60)
        {
            Write(step, dice);
        }
        else if (kind < 70)
        {
            AdvanceOne(dice);
        }
        else if (kind < disturbing || profile == CheckProfile.Smooth)
        {
            Wait(dice);
        }
        else
        {
            Disturb(step, dice);
        }

        if (caches.Faults.Count > 0)
        {
            throw new Violation($"a fault of the caches: {caches.Faults[0]}");
        }
    }

    /// <summary>Answers whatever waits.</summary>
    public void Drain()
    {
        while (inner.Held.Count > 0)
        {
            Release(inner.Held[0]);
        }

        if (reads.Count > 0 || writes.Count > 0 || !caches.Items.Fences.AreQuiet())
        {
            throw new Violation("a caller waits for nothing");
        }
    }

    private void Read(Dice dice)
    {
        QueryShape? shape = null;
        Operation operation = dice.Next(10) switch
        {
            < 2 => Get(dice),
            2 => BatchGet(dice),
            _ => Page(dice, out shape),
        };
        int behind = dice.Next(2) * (1 + dice.Next(6)), undone = dice.Chance(15) ? 1 : 0;
        inner.PlanOf = call => new CallPlan { Behind = behind, Undone = call is BatchGetItem ? undone : 0 };
        PageOperation? page = operation as PageOperation;
        Face? shortly = caches.TryShortWay(operation);
        QueryStatistics? before = page is null ? null : caches.StatisticsOf(page.TableName);
        int count = inner.Held.Count;
        outsiders.SettleDoubts();
        Task<Reply> answer = caches.Backend.ExecuteAsync(operation, CancellationToken.None).AsTask();
        if (answer.IsCompletedSuccessfully)
        {
            caches.Note(operation, answer.Result);
        }

        if (shortly is { } face
            && !(answer.IsCompletedSuccessfully
                && answer.Result is PageReply { Face: { } full }
                && full.Body.Span.SequenceEqual(face.Body.Span)))
        {
            throw new Violation($"the short way answers what the full flow does not: {Description.Of(operation)}");
        }

        figures.ShortWays += shortly is null ? 0 : 1;
        HeldCall? own = inner.Held.Count > count ? inner.Held[^1] : null;
        string? name = NameOf(operation);
        HeldCall? fetch = own ?? (answer.IsCompleted || name is null ? null : fetches.GetValueOrDefault(name));
        if (own is not null && name is not null)
        {
            fetches[name] = own;
            names[own] = name;
        }

        // Who joins a fetch of an index sees what the index was when the fetch was sent.
        int indexClock = history.ClockAt(history.Time - inner.ReadLag.Index);
        if (own is null && fetch is not null && reads.Find(other => other.Fetch == fetch) is { } first)
        {
            indexClock = first.IndexClock;
        }

        List<string> passedBy = [.. Design.All.Select(design => design.Name).Where(table => !caches.Catalog.TryGet(table, out _))];
        ClientRead read = new(
            operation, history.Clock, history.ClockAt(history.Time - inner.ReadLag.Replica), indexClock, history.Now, answer, passedBy,
            fetch);
        figures.Reads++;
        tell?.Invoke($"read {reads.Count}: {Description.Of(operation)}{(own is not null ? " is sent" : fetch is null ? "" : " joins")}");
        if (page is not null && shape is not null)
        {
            figures.Shapes.Add(shape);
            precision.Count(figures, page, before, caches.StatisticsOf(page.TableName), name);
        }

        if (fetch is null)
        {
            Finish(read);
        }
        else
        {
            reads.Add(read);
        }
    }

    private void Write(int step, Dice dice)
    {
        bool mayFail = profile != CheckProfile.Smooth;
        if (!mayFail && writes.Count > 0)
        {
            return;
        }

        Send(new RandomWrites(dice, step).Draw(), new CallPlan
        {
            Images = !mayFail ? ImageKnowledge.Both : (ImageKnowledge)dice.Next(3),
            Undone = mayFail && dice.Chance(15) ? 1 + dice.Next(2) : 0,
            IsRefused = mayFail && dice.Chance(5),
        });
    }

    private void Send(Operation operation, CallPlan plan)
    {
        inner.PlanOf = _ => plan;
        Task<Reply> answer = caches.Backend.ExecuteAsync(operation, CancellationToken.None).AsTask();
        inner.PlanOf = static _ => new CallPlan();
        writes.Add(new ClientWrite(inner.Held[^1], answer));
        figures.Writes++;
        tell?.Invoke(
            $"write: {Description.Of(operation)} ({plan.Images} told{(plan.IsRefused ? ", refused" : "")}{(plan.Undone > 0 ? ", not all" : "")}) is sent");
    }

    private void AdvanceOne(Dice dice)
    {
        if (inner.Held.Count > 0)
        {
            HeldCall call = dice.PickBy(inner.Held, static held => held.Step);
            call.Advance();
            tell?.Invoke($"backend: {Description.Of(call.Operation)} takes place");
        }
    }

    private void ReleaseOne(Dice dice)
    {
        if (inner.Held.Count > 0)
        {
            HeldCall call = dice.PickBy(inner.Held, static held => held.Step);
            bool isWrite = writes.Exists(write => write.Call == call);
            bool mayFail = profile != CheckProfile.Smooth && isWrite && call.First is null;
            if (mayFail && dice.Chance(8))
            {
                Lose(call, dice);
            }
            else if (mayFail && call.Operation is WriteOperation or BatchWriteItem or TransactWriteItems && dice.Chance(8))
            {
                Repeat(call, dice);
            }
            else if (profile == CheckProfile.Failing && !isWrite && dice.Chance(40))
            {
                Fail(call, dice.Next(3));
            }
            else
            {
                Release(call);
            }
        }
    }

    private void Release(HeldCall call)
    {
        if (Close(call) is { } name)
        {
            staleness.NoteFetch(name);
        }

        tell?.Invoke($"backend: {Description.Of(call.Operation)} is answered");
        call.Complete();
        if (writes.Exists(write => write.Call == call))
        {
            background.Precede(call.DoneAt);
        }

        call.Release();
        if (writes.Find(write => write.Call == call) is { } ended)
        {
            Await(ended.Answer);
            writes.Remove(ended);
            history.Acknowledge([.. call.First?.Effects ?? [], .. call.Effects]);
            if (call.First is not null)
            {
                staleness.NoteLoss(call.Operation);
            }
        }

        FinishThoseWhoWaitFor(call);
    }

    /// <summary>A read of the backend has no answer. Its readers are told so, or what was known before.</summary>
    private void Fail(HeldCall call, int how)
    {
        Close(call);
        tell?.Invoke($"backend: {Description.Of(call.Operation)} fails");
        call.Fail(how);
        FinishThoseWhoWaitFor(call);
    }

    /// <summary>
    /// This fetch cannot be joined any more; the name of what it fetches, which a later one may fetch, too. Null for what has none.
    /// </summary>
    private string? Close(HeldCall call)
    {
        if (names.Remove(call, out string? name) && fetches.GetValueOrDefault(name) == call)
        {
            fetches.Remove(name);
        }

        return name;
    }

    private void FinishThoseWhoWaitFor(HeldCall call)
    {
        foreach (ClientRead read in reads.Where(read => read.Fetch == call).ToList())
        {
            reads.Remove(read);
            Finish(read);
        }
    }

    /// <summary>The client learns nothing. The write has happened, happens within the window, or never does.</summary>
    private void Lose(HeldCall call, Dice dice)
    {
        ClientWrite write = writes.Find(write => write.Call == call)!;
        int fate = dice.Next(3);
        if (fate == 0)
        {
            call.Complete();
        }

        tell?.Invoke($"backend: the answer to {Description.Of(call.Operation)} is lost{(fate == 1 ? ", it will come late" : "")}");
        background.Precede(call.DoneAt ?? 0);
        bool isNeverSent = fate == 2 && call.Effects.Count == 0;
        call.Lose(isBroken: dice.Chance(50), isNeverSent);
        if (!isNeverSent)
        {
            staleness.NoteLoss(call.Operation);
        }

        writes.Remove(write);
        Await(write.Answer);
        history.Acknowledge(call.Effects);
        if (fate == 1)
        {
            outsiders.Delay(call);
        }
    }

    /// <summary>
    /// The outcome of the write is unknown, and it is sent again. The first one has happened, happens within the window, or never does.
    /// </summary>
    private void Repeat(HeldCall call, Dice dice)
    {
        int fate = dice.Next(3);
        if (fate == 0)
        {
            call.Complete();
        }

        tell?.Invoke($"backend: {Description.Of(call.Operation)} is sent again{(fate == 1 ? ", the first will come late" : "")}");
        int at = writes.FindIndex(write => write.Call == call);
        writes[at] = writes[at] with { Call = call.Repeat() };
        if (fate == 1)
        {
            outsiders.Delay(call);
        }
    }

    private void Wait(Dice dice)
    {
        if (!outsiders.ArriveOne(dice))
        {
            figures.Others++;
            LetTimePass(dice.Chance(70) ? 0.2 : dice.Next(4));
        }
    }

    private void Disturb(int step, Dice dice)
    {
        figures.Others++;
        Design design = dice.Pick(Design.All);
        switch (profile == CheckProfile.Changing ? dice.Pick(OfItself) : dice.Pick(OfAll))
        {
            case Disturbance.Sweep:
                background.Sweep(design, dice);
                break;
            case Disturbance.Fill:
                background.Fill(design, dice);
                break;
            case Disturbance.Outsider:
                outsiders.Change(design, step, dice);
                break;
            case Disturbance.News:
                background.Precede(null);
                outsiders.Announce(dice);
                break;
            case Disturbance.Eviction:
                outsiders.Evict(design, dice);
                break;
            case Disturbance.TableChange when profile == CheckProfile.Changing || dice.Chance(40):
                // A table that is gone comes back soon.
                Design gone = Design.All.FirstOrDefault(other => history[other.Name].Info is null && dice.Chance(70)) ?? design;
                Send(TableChange(gone, dice), new CallPlan());
                figures.TableChanges++;
                break;
            default:
                LetTimePass(dice.Next(6));
                break;
        }
    }

    private void LetTimePass(double seconds)
    {
        background.Precede(null);
        outsiders.LetTimePass(seconds);
    }

    private Operation TableChange(Design design, Dice dice)
    {
        TableInfo? info = history[design.Name].Info;
        if (info is null)
        {
            return new CreateTable { TableName = design.Name, KeySchema = [], AttributeDefinitions = [] };
        }

        bool has = info.Indexes.ContainsKey(Design.Late.Name);
        IndexDefinition late = new(Design.Late.Name, [], new Projection("KEYS_ONLY", null));
        return dice.Chance(profile == CheckProfile.Changing ? 25 : 40)
            ? new DeleteTable { TableName = design.Name }
            : new UpdateTable
            {
                TableName = design.Name,
                GlobalSecondaryIndexUpdates = [has ? new(null, late.IndexName, null) : new(late, null, null)],
            };
    }

    private void Finish(ClientRead read)
    {
        Await(read.Answer);
        bool hasFailed = read.Fetch is { IsFailed: true };
        if (hasFailed && (read.Answer.IsFaulted || read.Answer.Result is ErrorReply))
        {
            return;
        }

        if (read.Answer.IsFaulted)
        {
            throw new Violation($"a read failed: {read.Answer.Exception!.InnerException}");
        }

        Reply reply = read.Answer.Result;
        int undecided = history.Undecided;
        bool isStale = Staleness.IsStale(reply);

        // Keys of a batch that a cache knows are processed, whatever the backend has no capacity for.
        bool mayBeOfHits = read.Fetch is { IsThrottled: true } && reply is BatchGetItemReply { UnprocessedKeys.Count: > 0 };
        string? fault = isStale != hasFailed && !mayBeOfHits
            ? $"answered with {reply.Cache} by a backend that {(hasFailed ? "failed" : "did not fail")}"
            : (isStale ? staleness.Find(read.Operation, NameOf(read.Operation), reply, writes) : null) ?? Judge.Find(history, read, reply);
        figures.Undecided += history.Undecided - undecided;
        if (fault is not null)
        {
            throw new Violation($"{Description.Of(read.Operation)} [{reply.Cache}]: {fault}");
        }

        bool isHit = reply.Cache?.ToString().Contains("hit", StringComparison.Ordinal) == true;
        if (reply is PageReply page)
        {
            figures.PageHits += isHit ? 1 : 0;
            figures.StalePages += isStale ? 1 : 0;
            PageOperation operation = (PageOperation)read.Operation;
            precision.Note(NameOf(operation), read.Begun, page.LastEvaluatedKey, isHit);
            if (page.LastEvaluatedKey is { } last)
            {
                Remember(operation, last);
            }
        }
        else if (isHit)
        {
            figures.ItemHits++;
            figures.StaleItems += isStale ? 1 : 0;
        }
    }

    /// <summary>Others may go on from where a page ended, even if they ask for something else.</summary>
    private void Remember(PageOperation operation, AttributeMap last)
    {
        positions.Add((QuerySource.Of(operation), last));
        if (positions.Count > 30)
        {
            positions.RemoveAt(0);
        }
    }

    /// <summary>Continuations may run on other threads: what must come is waited for, so that steps do not overlap.</summary>
    private static void Await(Task<Reply> answer)
    {
        if (!Waiting.ForEndOf(answer))
        {
            throw new Violation("an answer that never comes");
        }
    }

    private GetItem Get(Dice dice)
    {
        Design design = dice.Pick(Design.All);
        return CacheRig.Checked(new GetItem
        {
            TableName = design.Name,
            Key = Values.Key(design, dice),
            ConsistentRead = dice.Chance(15),
            ProjectionExpression = dice.Chance(25) ? "v, g, w.x" : null,
            ReturnConsumedCapacity = dice.Chance(25) ? ReturnConsumedCapacity.TOTAL : ReturnConsumedCapacity.NONE,
        });
    }

    private BatchGetItem BatchGet(Dice dice)
    {
        List<BatchGetItem.KeysAndAttributes> tables = [];
        foreach (Design design in Design.All.Where(_ => dice.Chance(60)))
        {
            IEnumerable<AttributeMap> keys =
                Enumerable.Range(0, 1 + dice.Next(4)).Select(_ => Values.Key(design, dice)).DistinctBy(Values.Show);
            tables.Add(new() { TableName = design.Name, Keys = [.. keys], ConsistentRead = dice.Chance(10) });
        }

        return CacheRig.Checked(new BatchGetItem { Tables = tables });
    }

    private PageOperation Page(Dice dice, out QueryShape shape)
    {
        AttributeMap? start = null;

        // A few conditions are asked for again and again, in every way; the others now and then.
        int condition = dice.Chance(85) ? Math.Min(dice.Next(5), dice.Next(5)) : dice.Next(4 * QueryShape.All.Count);
        Dice keys = new(seed, -2 - condition);
        bool isLate = profile == CheckProfile.Changing && dice.Chance(40);
        shape = keys.Pick(isLate ? QueryShape.OfLate : QueryShape.All).As(dice.Next(QueryShape.QueryVariants));
        QuerySource source = shape.Source;
        List<AttributeMap> starts = [.. positions.Where(position => position.Source == source).Select(position => position.Start)];
        if (starts.Count > 0 && dice.Chance(25))
        {
            start = dice.Pick(starts);
        }

        PageOperation page = shape.Make(keys, dice, start);
        return profile == CheckProfile.Failing && (page.IndexName is not { } index || !Design.IsGlobal(index)) && dice.Chance(10)
            ? page.Consistently()
            : page;
    }

    private string? NameOf(Operation operation) => operation switch
    {
        GetItem { ConsistentRead: false } get => caches.NameOf(get),
        PageOperation { ConsistentRead: false } page => caches.NameOf(page),
        _ => null,
    };

    /// <summary>What happens besides reads and writes.</summary>
    private enum Disturbance
    {
        Sweep,
        Fill,
        Outsider,
        News,
        Eviction,
        TableChange,
        Time,
    }
}
