using DaxProxy.Core.Items;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Whatever reaches the backend past the caches: writes that were given up for lost, other writers; and evictions.</summary>
internal sealed class Outsiders(CheckedCaches caches, HeldBackend backend, Action<string>? tell)
{
    private readonly List<(DateTimeOffset Until, HeldCall Call)> late = [];
    private readonly List<(DateTimeOffset Until, HeldCall Call)> arrived = [];
    private readonly List<(string Table, AttributeMap Key, int Effect)> untold = [];

    /// <summary>
    /// Writes of unknown outcome that cannot arrive any more count as acknowledged, but not while their caller waits for a second one.
    /// </summary>
    public void SettleDoubts()
    {
        foreach ((DateTimeOffset Until, HeldCall Call) write in arrived.Where(
            pair => pair.Until <= caches.Time.GetUtcNow() && pair.Call.IsToldOf).ToList())
        {
            arrived.Remove(write);
            backend.History.Acknowledge(write.Call.Effects, write.Until);
        }
    }

    /// <summary>A write whose caller has been told nothing will take place before the window ends.</summary>
    public void Delay(HeldCall call) => late.Add((caches.Time.GetUtcNow() + CheckedCaches.DoubtWindow, call));

    /// <summary>Perhaps a late write takes place now, or a part of it.</summary>
    public bool ArriveOne(Dice dice)
    {
        if (late.Count == 0 || dice.Chance(50))
        {
            return false;
        }

        (DateTimeOffset Until, HeldCall Call) write = dice.Pick(late);
        Arrive(write, write.Call.Advance);
        return true;
    }

    /// <summary>Moves the clock; what could not arrive afterwards arrives before.</summary>
    public void LetTimePass(double seconds)
    {
        foreach ((DateTimeOffset Until, HeldCall Call) write in late.Where(
            write => write.Until <= caches.Time.GetUtcNow().AddSeconds(seconds)).ToList())
        {
            Arrive(write, write.Call.Complete);
        }

        caches.Time.Advance(seconds);
        tell?.Invoke($"{seconds} s pass");
    }

    /// <summary>Another writer changes an item; the caches are told later.</summary>
    public void Change(Design design, int step, Dice dice)
    {
        TableState table = backend.History[design.Name];
        List<Row> rows = [.. table.Rows.OrderBy(row => Values.Show(row.Attributes), StringComparer.Ordinal)];
        if (table.Info is null || rows.Count == 0)
        {
            return;
        }

        Row row = dice.Pick(rows);
        AttributeMap key = [];
        foreach (string name in table.Info.KeySchema.Names)
        {
            key.Add(name, row.Attributes[name]);
        }

        int effect = backend.Write(design.Name, table.KeyOf(key), new RandomWrites(dice, step).Item(design, key));
        backend.History.MarkOutside(effect);
        untold.Add((design.Name, key, effect));
        tell?.Invoke($"{design.Name} {Values.Show(key)} is written by another writer");
    }

    /// <summary>The caches are told of one of those changes.</summary>
    public void Announce(Dice dice)
    {
        if (untold.Count == 0)
        {
            return;
        }

        int at = dice.Next(untold.Count);
        (string table, AttributeMap key, int effect) = untold[at];
        untold.RemoveAt(at);
        tell?.Invoke($"the caches are told of {table} {Values.Show(key)}");
        if (dice.Chance(60))
        {
            caches.Backend.Evict(table, key);
        }
        else
        {
            caches.Backend.Evict(table);
        }

        backend.History.Acknowledge([effect]);
    }

    /// <summary>An eviction for no reason.</summary>
    public void Evict(Design design, Dice dice)
    {
        AttributeMap key = Values.Key(design, dice);
        int what = dice.Next(3);
        tell?.Invoke($"evicted: {(what == 0 ? $"{design.Name} {Values.Show(key)}" : what == 1 ? design.Name : "everything")}");
        if (what == 2)
        {
            caches.Backend.EvictAll();
        }
        else
        {
            caches.Backend.Evict(design.Name, what == 0 ? key : null);
        }
    }

    private void Arrive((DateTimeOffset Until, HeldCall Call) write, Action take)
    {
        take();
        tell?.Invoke($"backend: late, {Description.Of(write.Call.Operation)} takes place");
        if (write.Call.IsDone)
        {
            late.Remove(write);
            arrived.Add(write);
        }
    }
}
