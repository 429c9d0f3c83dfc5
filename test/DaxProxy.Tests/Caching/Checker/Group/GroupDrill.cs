using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker.Group;

/// <summary>
/// Short dramas in a <see cref="GroupWorld"/>: all members have the same few pages and items in their caches; then writes of the items
/// and a mishap or two meet; then all members are asked. Steps drawn one by one seldom come to that, as what was cached is gone by then.
/// </summary>
/// <param name="world">Where it happens.</param>
/// <param name="seed">What it follows from, with the number of the drill.</param>
internal sealed class GroupDrill(GroupWorld world, ulong seed)
{
    private const int Tick = 50;
    private const int LongestOutage = 15_000;

    private readonly HashSet<GroupMember> slow = [];
    private Operation[] asked = [];
    private (Design Design, AttributeMap Key)[] items = [];
    private int written;

    /// <summary>Does one drill; throws a <see cref="Violation"/>.</summary>
    public void Step(int number)
    {
        Dice dice = new(seed, number);
        Design design = dice.Pick(Design.All);
        items = [.. Enumerable.Range(0, 2).Select(_ => (design, Values.Key(design, dice)))];
        QuerySource[] sources = [.. QuerySource.All.Where(one => one.Table == design.Name && one.Index != Design.Late.Name)];
        asked =
        [
            .. items.Select(item => CacheRig.Checked(new GetItem { TableName = design.Name, Key = item.Key })),
            .. PagesOf(dice.Pick(sources), dice), .. PagesOf(dice.Pick(sources), dice),
        ];
        written = number * 100;
        Begin(dice);
        for (int left = 8 + dice.Next(16); left > 0; left--)
        {
            Act(dice);
            world.Settle();
        }

        foreach (GroupMember member in world.Members.ToArray())
        {
            Ask(member, dice);
        }
    }

    /// <summary>The pages of a table or index, one for each partition that it may have.</summary>
    private static Operation[] PagesOf(QuerySource source, Dice dice)
    {
        QueryShape shape = new(source, "", 0);
        Dictionary<string, Operation> pages = [];
        for (int i = 0; i < 8; i++)
        {
            PageOperation page = shape.Make(dice, dice, null);
            pages.TryAdd(string.Join(' ', page.Expressions.Values!.Select(value => value.Value.Value!.ToString())), page);
        }

        return [.. pages.Values];
    }

    /// <summary>Everything is repaired and answered, and all members have cached what will be asked for.</summary>
    private void Begin(Dice dice)
    {
        slow.Clear();
        for (int passed = 0; passed < LongestOutage; passed += Tick)
        {
            foreach (GroupMember member in world.Members)
            {
                world.Repair(member);
            }

            AnswerAll(dice);
            if (world.Members.All(member => member.Caches.Catalog.Gate.IsOpen && member.Writes.Count == 0))
            {
                break;
            }

            world.LetTimePass(2 * Tick);
        }

        foreach (GroupMember member in world.Members)
        {
            Ask(member, dice);
        }
    }

    private void Act(Dice dice)
    {
        GroupMember member = dice.Pick(world.Members);
        switch (dice.Next(100))
        {
            case < 20:
                if (!member.IsPaused)
                {
                    (Design design, AttributeMap key) = dice.Pick(items);
                    world.Write(member, new RandomWrites(dice, written++).Draw(design, key), dice);
                }

                break;
            case < 32:
                Proceed(dice, static (world, member, call, _) => world.TakePlace(member, call));
                break;
            case < 46:
                Proceed(dice, static (world, member, call, dice) =>
                {
                    if (dice.Chance(10))
                    {
                        world.Lose(member, call, dice);
                    }
                    else
                    {
                        world.Answer(member, call);
                    }
                });
                break;
            case < 58:
                Ask(member, dice);
                break;
            case < 64:
                Move(dice);
                break;
            case < 76:
                Pass(50 + dice.Next(500), dice);
                break;
            case < 80:
                Pass(1000 + dice.Next(5000), dice);
                break;
            case < 86 when world.MayCutOff:
                if (!slow.Remove(member))
                {
                    slow.Add(member);
                }

                break;
            case < 90:
                world.Repair(member);
                break;
            case >= 90:
                Disturb(member, dice);
                break;
        }
    }

    private void Disturb(GroupMember member, Dice dice)
    {
        switch (dice.Next(10))
        {
            case < 2:
                world.Suspend(member);
                break;
            case < 4 when world.MayCutOff:
                world.CutOff(member);
                break;
            case < 5:
                world.Break(member);
                break;
            case < 6 when world.MayLoseMessages && member.Channel.Messages.Count > 0:
                world.LoseMessage(member);
                break;
            case < 7:
                world.Flush(dice);
                break;
            case < 8:
                world.FailOver(dice);
                break;
            default:
                world.Kill(member, dice);
                break;
        }
    }

    /// <summary>One write that waits for the backend goes on.</summary>
    private void Proceed(Dice dice, Action<GroupWorld, GroupMember, HeldCall, Dice> how)
    {
        (GroupMember, HeldCall)[] calls =
            [.. world.Members.SelectMany(member => member.Writes.Select(write => write.Call).Where(member.Inner.Held.Contains)
                .Select(call => (member, call)))];
        if (calls.Length > 0)
        {
            (GroupMember member, HeldCall call) = dice.Pick(calls);
            how(world, member, call, dice);
        }
    }

    /// <summary>A member is asked for everything, and the backend answers it at once.</summary>
    private void Ask(GroupMember member, Dice dice)
    {
        if (member.IsPaused)
        {
            return;
        }

        foreach (Operation operation in asked)
        {
            world.Read(member, operation, dice);
            for (int i = 0; i < 20 && member.Reads.Count > 0; i++)
            {
                AnswerReads(member);
                world.TryMove(member, dice);
                world.Settle();
            }
        }
    }

    private void AnswerReads(GroupMember member)
    {
        foreach (HeldCall call in member.Inner.Held.Where(call => call.Operation is GetItem or PageOperation).ToArray())
        {
            world.Answer(member, call);
        }
    }

    private void AnswerAll(Dice dice)
    {
        foreach (GroupMember member in world.Members)
        {
            foreach (HeldCall call in member.Inner.Held.ToArray())
            {
                world.Answer(member, call);
            }
        }

        Move(dice);
    }

    /// <summary>Time passes in which members say and hear what there is to.</summary>
    private void Pass(int milliseconds, Dice dice)
    {
        for (int passed = 0; passed < milliseconds; passed += Tick)
        {
            world.LetTimePass(Tick);
            Move(dice);
        }
    }

    /// <summary>Everything arrives; little of it where a member is slow.</summary>
    private void Move(Dice dice)
    {
        foreach (GroupMember member in slow.Where(member => !member.IsPaused && dice.Chance(30)))
        {
            world.TryMove(member, dice);
        }

        bool hasMoved = true;
        for (int i = 0; i < 100 && hasMoved; i++)
        {
            hasMoved = false;
            foreach (GroupMember member in world.Members.Where(member => !member.IsPaused && !slow.Contains(member)))
            {
                hasMoved |= world.TryMove(member, dice);
                AnswerReads(member);
            }
        }

        world.Settle();
    }
}
