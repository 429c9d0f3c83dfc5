using DaxProxy.Core.Items;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// The model: every effect on every table, numbered from 1, and which of them have been acknowledged to a caller. A read may or may
/// not see an effect that has not been acknowledged, each effect by itself: no caller was told of their order.
/// </summary>
internal sealed class History
{
    /// <summary>Of more states than these, a read is given the benefit of the doubt.</summary>
    private const int MostStates = 5000;

    private readonly Dictionary<string, List<Epoch>> tables = [];
    private readonly List<Effect> effects = [];
    private readonly List<(DateTimeOffset Time, int Clock)> clocks = [];

    /// <summary>Number of the last effect.</summary>
    public int Now => effects.Count;

    /// <summary>The time.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>Number of the last acknowledgement.</summary>
    public int Clock { get; private set; }

    /// <summary>How often there were too many states to look at all.</summary>
    public int Undecided { get; private set; }

    public TableState this[string table] => tables.TryGetValue(table, out List<Epoch>? epochs) ? epochs[^1].State : TableState.None;

    /// <summary>A table as a whole is other than it was; the number of the effect.</summary>
    public int Change(string table, TableState state)
    {
        effects.Add(new Effect(table, null, null));
        if (!tables.TryGetValue(table, out List<Epoch>? epochs))
        {
            tables[table] = epochs = [];
        }

        epochs.Add(new Epoch(Now, state));
        return Now;
    }

    /// <summary>An item is other than it was; the number of the effect.</summary>
    public int Write(string table, ItemKey key, Row? updated)
    {
        Epoch epoch = tables[table][^1];
        Row? old = epoch.State.Find(key);
        effects.Add(new Effect(table, old, updated));
        if (!epoch.Versions.TryGetValue(key, out List<(int Effect, Row? Row)>? versions))
        {
            epoch.Versions[key] = versions = [(epoch.Start, old)];
        }

        versions.Add((Now, updated));
        epoch.State = epoch.State.With(key, updated);
        epoch.States.Add((Now, epoch.State));
        return Now;
    }

    /// <summary>An effect went past the caches.</summary>
    public void MarkOutside(int number) => effects[number - 1].IsOutside = true;

    /// <summary>The callers that asked for these effects have been told.</summary>
    /// <param name="numbers">The effects.</param>
    /// <param name="doubtEnded">When no caller was told: since when they cannot happen any more; null otherwise.</param>
    public void Acknowledge(IEnumerable<int> numbers, DateTimeOffset? doubtEnded = null)
    {
        Clock++;
        clocks.Add((Time, Clock));
        foreach (int number in numbers)
        {
            Effect effect = effects[number - 1];
            effect.SettledAt = Math.Min(effect.SettledAt, Clock);
            DateTimeOffset settled = doubtEnded ?? Time;
            effect.SettledTime = effect.SettledTime < settled ? effect.SettledTime : settled;
            effect.ToldAt = doubtEnded is not null ? effect.ToldAt : Math.Min(effect.ToldAt, Clock);
        }
    }

    /// <summary>These effects can be read: replicas follow them from now on, whether any caller has been told of them or not.</summary>
    public void Commit(IEnumerable<int> numbers)
    {
        foreach (Effect effect in numbers.Select(number => effects[number - 1]))
        {
            effect.SettledTime = effect.SettledTime < Time ? effect.SettledTime : Time;
        }
    }

    /// <summary>Number of the last acknowledgement up to a time.</summary>
    public int ClockAt(DateTimeOffset time)
    {
        int at = clocks.FindLastIndex(pair => pair.Time <= time);
        return at < 0 ? 0 : clocks[at].Clock;
    }

    /// <summary>A state of a table from before the present, with everything in it that had been acknowledged at a time.</summary>
    public TableState Lagging(string table, DateTimeOffset acknowledgedAt, int behind)
    {
        List<(int Effect, TableState State)> states = tables[table][^1].States;
        int oldest = states.FindLastIndex(state => effects[state.Effect - 1].SettledTime <= acknowledgedAt);
        return states[Math.Max(Math.Max(0, oldest), states.Count - 1 - behind)].State;
    }

    /// <summary>The effects on a table after an instant.</summary>
    public IEnumerable<Effect> EffectsSince(string table, int instant) => effects.Skip(instant).Where(effect => effect.Table == table);

    /// <summary>What a read may have found in a table: the present first, then without effects that had not been acknowledged.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="clock">The last acknowledgement before the read began.</param>
    /// <param name="isShared">Whether it may show what another read found that began before doubtful effects were settled.</param>
    /// <param name="concerns">Whether an item is of interest.</param>
    /// <param name="shown">What the read can see of it; an effect that it cannot see does not bring what was before it to light.</param>
    public IEnumerable<TableState> PossibleFor(
        string table, int clock, bool isShared, Func<ItemKey, List<(int Effect, Row? Row)>, bool> concerns, Func<Row, Item?> shown)
    {
        List<Epoch> epochs = tables[table];
        for (int i = epochs.Count - 1; i >= 0; i--)
        {
            foreach (TableState state in PossibleIn(epochs[i], clock, isShared, concerns, shown))
            {
                yield return state;
            }

            if (IsAcknowledged(epochs[i].Start, clock, isShared))
            {
                yield break;
            }
        }
    }

    private IEnumerable<TableState> PossibleIn(
        Epoch epoch, int clock, bool isShared, Func<ItemKey, List<(int Effect, Row? Row)>, bool> concerns, Func<Row, Item?> shown)
    {
        yield return epoch.State;
        List<(ItemKey Key, List<Row?> Rows)> open = [];
        long states = 1;
        foreach ((ItemKey key, List<(int Effect, Row? Row)> versions) in epoch.Versions)
        {
            int first = versions.Count - 1;
            while (first > 0
                && (!(IsAcknowledged(versions[first].Effect, clock, isShared)
                    && Differ(versions[first - 1].Row, versions[first].Row, shown))
                    || versions[1..first].Exists(
                        version => effects[version.Effect - 1].IsOutside && !IsAcknowledged(version.Effect, clock, isShared))))
            {
                first--;
            }

            if (first < versions.Count - 1 && concerns(key, versions))
            {
                // Versions between which the read sees no difference are one; the last one is the present.
                List<Row?> rows = [.. Enumerable.Range(first, versions.Count - first)
                    .Where(i => i == versions.Count - 1 || Differ(
                        versions[i].Row, versions[i + 1].Row, shown)).Select(i => versions[i].Row)];
                open.Add((key, rows));
                states *= rows.Count;
                if (states > MostStates)
                {
                    Undecided++;
                    yield break;
                }
            }
        }

        for (long choice = 0; choice < states - 1; choice++)
        {
            TableState state = epoch.State;
            long rest = choice;
            foreach ((ItemKey key, List<Row?> rows) in open)
            {
                state = state.With(key, rows[(int)(rest % rows.Count)]);
                rest /= rows.Count;
            }

            yield return state;
        }
    }

    private static bool Differ(Row? before, Row? after, Func<Row, Item?> shown)
    {
        Item? old = before is null ? null : shown(before), updated = after is null ? null : shown(after);
        return old is null || updated is null ? old != updated : !old.Json.Span.SequenceEqual(updated.Json.Span);
    }

    private bool IsAcknowledged(int number, int clock, bool isShared) =>
        (isShared ? effects[number - 1].ToldAt : effects[number - 1].SettledAt) <= clock;

    /// <summary>An effect; without items it concerned the table as a whole.</summary>
    internal sealed class Effect(string table, Row? old, Row? updated)
    {
        public string Table { get; } = table;

        public Row? Old { get; } = old;

        public Row? New { get; } = updated;

        /// <summary>Whether it went past the caches. Until they are told, it is unknown where the item was before.</summary>
        public bool IsOutside { get; set; }

        public int ToldAt { get; set; } = int.MaxValue;

        public int SettledAt { get; set; } = int.MaxValue;

        public DateTimeOffset SettledTime { get; set; } = DateTimeOffset.MaxValue;
    }

    /// <summary>A table from one change of it as a whole to the next.</summary>
    private sealed class Epoch(int start, TableState state)
    {
        public int Start { get; } = start;

        public TableState State { get; set; } = state;

        public List<(int Effect, TableState State)> States { get; } = [(start, state)];

        public Dictionary<ItemKey, List<(int Effect, Row? Row)>> Versions { get; } = [];
    }
}
