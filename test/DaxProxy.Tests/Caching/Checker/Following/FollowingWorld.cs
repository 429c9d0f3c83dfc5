using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker.Following;

/// <summary>
/// Processes with caches in front of a table that others write past them, and that follow its stream. Each step does one thing, which
/// follows from the seed and the number of the step.
/// </summary>
internal sealed class FollowingWorld
{
    public static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(4);

    private static readonly string[] Keys = ["a", "b", "c", "d", "e", "f"];
    private static readonly string[] Groups = ["x", "y"];

    private readonly ulong seed;
    private readonly Action<string> tell;
    private readonly CheckFigures figures;
    private readonly StreamedTable table;
    private readonly SimulatedLedger.Page page = new();
    private readonly List<FollowingMember> members = [];
    private readonly Dictionary<string, int> acknowledged = Keys.ToDictionary(key => key, _ => 0);
    private int born;
    private long recognised;
    private int gaps;

    public FollowingWorld(ulong seed, int size, CheckFigures figures, Action<string> tell)
    {
        this.seed = seed;
        this.figures = figures;
        this.tell = tell;
        string[] views = ["NEW_AND_OLD_IMAGES", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY"];
        table = new StreamedTable { View = views[seed % 5] };
        for (int i = 0; i < size; i++)
        {
            Add();
        }
    }

    /// <summary>How many changes were found to be writes of the process itself.</summary>
    public long Recognised => recognised + members.Sum(member => member.Caches.Items.OwnChanges);

    public int Gaps => gaps + members.Sum(member => member.Gaps);

    public static string GroupIn(Query query) => query.Expressions.Values!.Single().Value.Value!.String;

    public void Step(int step)
    {
        Dice dice = new(seed, step);
        FollowingMember member = dice.Pick(members);
        members.ForEach(one => one.Inner.Dice = dice);
        int kind = dice.Next(1000);
        if (kind < 150)
        {
            LetTimePass(dice.Chance(98) ? dice.Next(200) : dice.Next(3000), dice);
        }
        else if (kind < 155)
        {
            string key = dice.Pick(Keys);
            int number = table.Write(key, dice.Chance(15) ? null : Row(key, dice), dice);
            tell($"{key} is changed past the proxies: state {number}");
        }
        else if (kind < 180)
        {
            Write(member, dice);
        }
        else if (kind < 500)
        {
            Proceed(member, dice);
        }
        else if (kind < 503)
        {
            Disturb(member, dice);
        }
        else
        {
            Read(member, dice);
        }
    }

    private void Add()
    {
        members.Add(new FollowingMember(table, $"node{born}", page, members, seed + (ulong)born));
        members[^1].Caches.Time.Advance((table.Now - members[^1].Caches.Time.GetUtcNow()).TotalSeconds);

        // As a process that joins a group does: what the others wrote just now it does not know.
        members[^1].Caches.Backend.Restart(TimeSpan.Zero);
        born++;
    }

    /// <summary>Few values, so that an item is what it was before again and again.</summary>
    private static AttributeMap Row(string key, Dice dice) => new()
    {
        ["k"] = AttributeValue.FromString(key),
        ["g"] = AttributeValue.FromString(dice.Pick(Groups)),
        ["v"] = AttributeValue.FromNumber(Number.FromInt64(dice.Next(2))),
        ["w"] = AttributeValue.FromNumber(Number.FromInt64(dice.Next(2))),
    };

    private void Write(FollowingMember member, Dice dice)
    {
        string key = dice.Pick(Keys);
        AttributeMap row = Row(key, dice);
        Operation operation = dice.Next(5) switch
        {
            0 or 1 => new PutItem { TableName = StreamedTable.Name, Item = row },
            2 => new DeleteItem { TableName = StreamedTable.Name, Key = CacheRig.Key(key) },

            // The one leaves what was made without a group in no index.
            3 => Update(key, "SET v = :v", (":v", row["v"])),
            _ => Update(key, "SET g = :g, v = :v", (":v", row["v"]), (":g", row["g"])),
        };
        Task<Reply> answer = member.Caches.Backend.ExecuteAsync(Check(operation), CancellationToken.None).AsTask();
        member.Writes.Add((member.Inner.Held[^1], answer, key));
        figures.Writes++;
        tell($"{member.Name}: {Description.Of(operation)} is sent");
    }

    private static UpdateItem Update(string key, string expression, params (string, AttributeValue)[] values) => new()
    {
        TableName = StreamedTable.Name,
        Key = CacheRig.Key(key),
        UpdateExpression = expression,
        Expressions = With(values),
    };

    private static ExpressionParameters With(params (string Reference, AttributeValue Value)[] values) =>
        new(null, [.. values.Select(pair => KeyValuePair.Create<string, Decoded<AttributeValue>>(pair.Reference, pair.Value))]);

    private void Proceed(FollowingMember member, Dice dice)
    {
        if (member.Inner.Held.Count == 0)
        {
            return;
        }

        StreamedBackend.Call call = dice.Pick(member.Inner.Held);
        if (call.Operation is WriteOperation && call.Number < 0)
        {
            call.Perform(dice);
            tell($"{member.Name}: {Description.Of(call.Operation)} takes place: state {call.Number}");
            return;
        }

        member.Inner.Held.Remove(call);
        call.Release();
        if (member.Writes.Find(write => write.Call == call) is { Call: not null } done)
        {
            member.Writes.Remove(done);
            if (!Waiting.ForEndOf(done.Answer))
            {
                throw new Violation("a write is not acknowledged");
            }

            acknowledged[done.Key] = Math.Max(acknowledged[done.Key], call.Number);
            tell($"{member.Name}: {Description.Of(call.Operation)} is acknowledged");
        }
    }

    private void Read(FollowingMember member, Dice dice)
    {
        string key = dice.Pick(Keys), group = dice.Pick(Groups);
        Operation operation = dice.Chance(60)
            ? new GetItem { TableName = StreamedTable.Name, Key = CacheRig.Key(key), ConsistentRead = dice.Chance(5) }
            : new Query
            {
                TableName = StreamedTable.Name,
                IndexName = StreamedTable.Index,
                KeyConditionExpression = "g = :g",
                Expressions = With((":g", AttributeValue.FromString(group))),
            };
        figures.Reads++;
        Task<Reply> answer = member.Caches.Backend.ExecuteAsync(Check(operation), CancellationToken.None).AsTask();
        if (!answer.IsCompleted)
        {
            return;
        }

        Reply reply = answer.Result;
        if (reply.Cache?.ToString().Contains("hit", StringComparison.Ordinal) != true)
        {
            return;
        }

        int oldest = table.NumberAt(table.Now - MaxLag);
        if (reply is GetItemReply got)
        {
            figures.ItemHits++;
            Judge(operation, Text(got.Item), Math.Max(oldest, acknowledged[key]), number =>
                Same(got.Item, table.StateOf(number).TryGetValue(key, out AttributeMap? item) ? Item.FromAttributes(item) : null));
        }
        else
        {
            figures.PageHits++;
            Judge(operation, string.Join("; ", ((PageReply)reply).Items!.Select(Text).Order()), oldest, number =>
                ((PageReply)reply).Items!.Select(Text).Order().SequenceEqual(member.Inner.Shown(number, group).Select(Text).Order()));
        }
    }

    private void Judge(Operation operation, string shown, int oldest, Func<int, bool> isIn)
    {
        for (int number = table.Last; number >= oldest; number--)
        {
            if (isIn(number))
            {
                return;
            }
        }

        throw new Violation(
            $"{Description.Of(operation)} is answered from a cache, [{shown}], as in none of the states {oldest} to {table.Last}");
    }

    private static Operation Check(Operation operation) => CacheRig.Checked(operation);

    private static bool Same(Item? left, Item? right) => Text(left) == Text(right);

    private static string Text(Item? item) => item is null ? "" : Values.Show(item.Open());

    private void Disturb(FollowingMember member, Dice dice)
    {
        figures.Others++;
        switch (dice.Next(12))
        {
            case 0 or 1 or 2:
                tell("a shard is closed");
                table.Split(dice);
                break;
            case 3:
                tell("old records are gone");
                table.Trim(dice);
                break;
            case 4:
                tell("another stream takes the place of this one");
                table.SwitchStream();
                break;
            case 5 or 6:
                tell($"{member.Name} ends, and with it what it was about to do");
                members.Remove(member);
                recognised += member.Caches.Items.OwnChanges;
                gaps += member.Gaps;
                member.Inner.Held.FindAll(call => call.Operation is WriteOperation && call.Number < 0 && dice.Chance(50))
                    .ForEach(call => call.Perform(dice));
                Add();
                break;
            case 7:
                tell("what all know is forgotten");
                (page.Reader, page.Place, page.Complete) = (null, null, null);
                break;
            case 8 or 9:
                table.IsBroken = !table.IsBroken;
                tell($"the stream {(table.IsBroken ? "does not answer" : "answers")}");
                break;
            case 10:
                tell($"the follower of {member.Name} rests");
                member.Due = table.Now + TimeSpan.FromSeconds(dice.Next(20));
                break;
            default:
                LetTimePass(dice.Chance(20) ? 20 * 60 * 1000 : dice.Next(20_000), dice);
                break;
        }
    }

    private void LetTimePass(int milliseconds, Dice dice)
    {
        table.Now += TimeSpan.FromMilliseconds(milliseconds);
        if (table.IsBroken && dice.Chance(3))
        {
            table.IsBroken = false;
        }

        foreach (FollowingMember member in members)
        {
            member.Caches.Time.Advance(milliseconds / 1000.0);
            for (int round = 0; round < 3 && member.Due <= table.Now; round++)
            {
                member.Follow(table.Now);
            }

            if (member.Caches.Faults.Count > 0)
            {
                throw new Violation($"a fault of the caches: {member.Caches.Faults[0]}");
            }
        }
    }
}
