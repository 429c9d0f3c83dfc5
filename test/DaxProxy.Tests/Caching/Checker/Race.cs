using System.Text;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>A few reads and writes that meet on one item, in a given order of their steps.</summary>
internal sealed class Race
{
    public const int Reads = 8;
    public const int Writes = 8;

    private static readonly AttributeMap Key = new() { ["p"] = AttributeValue.FromString("p0"), ["s"] = Values.Number(7) };

    private readonly History history;
    private readonly HeldBackend inner;
    private readonly CheckedCaches caches;
    private readonly Actor[] actors;
    private readonly StringBuilder trace = new();

    /// <summary>A race in an empty world: what others left in the caches is evicted, and no doubt is left.</summary>
    public Race(HeldBackend inner, CheckedCaches caches, IReadOnlyList<Part> parts)
    {
        (this.inner, this.caches) = (inner, caches);
        inner.History = history = new History();
        inner.Held.Clear();
        caches.Backend.EvictAll();
        caches.Time.Advance(10);
        actors = [.. parts.Select((part, i) => new Actor(part, i))];
        foreach (Design design in Design.All)
        {
            history.Acknowledge([history.Change(design.Name, TableState.Of(design.Describe("id")))]);
        }

        history.Acknowledge([inner.Write("Nums", Design.KeyOf("Nums", Key), Item(0, "g0"))]);
    }

    /// <summary>What happened.</summary>
    public string Trace => trace.ToString();

    public void Run(int[] order)
    {
        foreach (int actor in order)
        {
            Step(actors[actor]);
        }

        foreach (Actor actor in actors)
        {
            while (actor.Done < 3)
            {
                Step(actor);
            }
        }

        // What may still come has come; whatever is cached now must be the present.
        caches.Time.Advance(3);
        foreach (Actor actor in actors.Where(actor => actor.Call is { IsDone: true }))
        {
            history.Acknowledge(actor.Call!.Effects, caches.Time.GetUtcNow());
        }

        foreach (int kind in actors.Where(actor => actor.Part.IsRead).Select(actor => actor.Part.Kind).Concat([0, 5]).Distinct())
        {
            Actor last = new(new Part(kind, true), 9);
            Step(last);
            Step(last);
            Step(last);
        }
    }

    private static AttributeMap Item(int version, string g) => new(Key)
    {
        ["v"] = Values.Number(version),
        ["g"] = AttributeValue.FromString(g),
        ["n"] = Values.Number(1),
        ["a"] = AttributeValue.FromString("a0"),
        ["u"] = Values.Number(version),
    };

    private void Step(Actor actor)
    {
        int step = actor.Done++;
        if (actor.Part.IsRead)
        {
            StepOfRead(actor, step);
        }
        else
        {
            StepOfWrite(actor, step);
        }
    }

    private void StepOfRead(Actor actor, int step)
    {
        if (step == 0)
        {
            Operation read = CacheRig.Checked(ReadOf(actor.Part.Kind));
            int count = inner.Held.Count;
            Task<Reply> answer = caches.Backend.ExecuteAsync(read, CancellationToken.None).AsTask();
            actor.Call = inner.Held.Count > count ? inner.Held[^1] : null;
            actor.Read = new ClientRead(read, history.Clock, history.Clock, history.Clock, history.Now, answer, [], actor.Call);
            Say(actor, actor.Call is not null ? "sent" : answer.IsCompleted ? "hit" : "joined");
            if (answer.IsCompleted)
            {
                Judged(actor);
            }
        }
        else if (actor.Call is { } call && inner.Held.Contains(call))
        {
            if (step == 1)
            {
                call.Complete();
                Say(actor, "read");
                return;
            }

            call.Release();
            Say(actor, "answered");
            Judged(actor);

            // Those who joined have the same answer; which of them did is told by who has no call.
            foreach (Actor joined in actors.Where(
                other => other != actor && other.Read is { } read && other.Call is null && !other.IsJudged))
            {
                if (joined.Read!.Operation.Name == actor.Read!.Operation.Name)
                {
                    Judged(joined);
                }
            }
        }
    }

    private void StepOfWrite(Actor actor, int step)
    {
        int kind = actor.Part.Kind;
        bool isLate = kind == 7;
        switch (step)
        {
            case 0:
                inner.PlanOf = _ => new CallPlan
                {
                    Images = kind is 0 or 3 or 5 ? ImageKnowledge.Both : kind is 2 or 6 ? ImageKnowledge.NewOnly : ImageKnowledge.None,
                };
                actor.Written = caches.Backend.ExecuteAsync(
                    CacheRig.Checked(WriteOf(kind, actor.Number + 1)), CancellationToken.None).AsTask();
                inner.PlanOf = static _ => new CallPlan();
                actor.Call = inner.Held[^1];
                Say(actor, "begun");
                break;
            case 1 when isLate:
                actor.Call!.Lose(isBroken: false);
                Await(actor.Written!);
                Say(actor, "lost");
                break;
            case 1:
                actor.Call!.Complete();
                Say(actor, "done");
                break;
            default:
                End(actor, isLate);
                break;
        }
    }

    private void End(Actor actor, bool isLate)
    {
        HeldCall call = actor.Call!;
        if (isLate)
        {
            call.Complete();
            Say(actor, "done late");
            return;
        }

        if (actor.Part.Kind is 5 or 6)
        {
            call.Lose(isBroken: actor.Part.Kind == 5);
        }
        else
        {
            call.Release();
        }

        Await(actor.Written!);
        history.Acknowledge(call.Effects);
        Say(actor, "ended");
    }

    private void Judged(Actor actor)
    {
        actor.IsJudged = true;
        Await(actor.Read!.Answer);
        if (Judge.Find(history, actor.Read, actor.Read.Answer.Result) is { } fault)
        {
            throw new Violation($"{Description.Of(actor.Read.Operation)}: {fault}");
        }
    }

    private static void Await(Task<Reply> answer)
    {
        if (!Waiting.ForEndOf(answer))
        {
            throw new Violation("an answer that never comes");
        }
    }

    private void Say(Actor actor, string what) => trace.Append(actor.Number).Append(' ').Append(what).Append(", ");

    private static Operation ReadOf(int kind) => kind switch
    {
        0 => new GetItem { TableName = "Nums", Key = Key },
        1 => new BatchGetItem { Tables = [new() { TableName = "Nums", Keys = [Key] }] },
        2 => Query(null, "p = :x", ("p0", null)),
        3 => Query(null, "p = :x AND s <= :y", ("p0", 7), 1),
        4 => Query("byA", "p = :x", ("p0", null), select: Select.ALL_ATTRIBUTES),
        5 => Query("inc", "g = :x", ("g0", null)),
        6 => Query("inc", "g = :x", ("g1", null)),
        _ => new Scan { TableName = "Nums", IndexName = "sparse" },
    };

    private static Operation WriteOf(int kind, int version)
    {
        AttributeMap moved = Item(version, "g1");
        return kind switch
        {
            0 or 1 or 5 or 7 => new PutItem { TableName = "Nums", Item = moved },
            2 or 6 => new UpdateItem
            {
                TableName = "Nums",
                Key = Key,
                UpdateExpression = "SET g = :g, u = :u",
                Expressions = new(null, [Values.Bind(":g", AttributeValue.FromString("g1")), Values.Bind(":u", Values.Number(version))]),
            },
            3 => new DeleteItem { TableName = "Nums", Key = Key },
            _ => new BatchWriteItem { Writes = [new() { TableName = "Nums", Item = moved }] },
        };
    }

    private static Query Query(
        string? index, string condition, (string Hash, int? Range) values, int? limit = null, Select select = Select.Default) => new()
        {
            TableName = "Nums",
            IndexName = index,
            KeyConditionExpression = condition,
            Limit = limit,
            Select = select,
            Expressions = new(null, values.Range is { } range
            ? [Values.Bind(":x", AttributeValue.FromString(values.Hash)), Values.Bind(":y", Values.Number(range))]
            : [Values.Bind(":x", AttributeValue.FromString(values.Hash))]),
        };

    /// <summary>What one actor does.</summary>
    internal sealed record Part(int Kind, bool IsRead);

    private sealed class Actor(Part part, int number)
    {
        public Part Part { get; } = part;

        public int Number { get; } = number;

        public int Done { get; set; }

        public HeldCall? Call { get; set; }

        public ClientRead? Read { get; set; }

        public Task<Reply>? Written { get; set; }

        public bool IsJudged { get; set; }
    }
}
