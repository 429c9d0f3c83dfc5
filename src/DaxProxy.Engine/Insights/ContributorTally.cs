using System.Buffers;
using System.IO.Hashing;
using DaxProxy.Core.Caching.HotKeys;
using DaxProxy.Core.Items;
using DaxProxy.Core.Tables;

namespace DaxProxy.Engine.Insights;

/// <summary>
/// What Contributor Insights counts of one table or index, in constant memory: a sketch for each kind of rule in the minute that it is, and
/// the first of each minute of the last hour.
/// </summary>
/// <remarks>
/// Thread-safe: one lock, held for arithmetic, under which no other is taken. Counts are in thousandths, since a read may consume half a
/// unit and a Scan shares its units out among items. Why one lock will do: it is only there while someone has switched this on to look.
/// </remarks>
/// <param name="layout">The key of the table or index.</param>
/// <param name="rules">Its rules.</param>
/// <param name="seed">What keys are hashed with; another one in each process.</param>
/// <param name="time">The clock.</param>
internal sealed class ContributorTally(KeyLayout layout, IReadOnlyList<ContributorRule> rules, long seed, TimeProvider time)
{
    /// <summary>How many minutes are kept.</summary>
    public const int MinutesKept = 60;

    private const int Kinds = 4;
    private const int KeptOfMinute = 50;
    private const double Thousandths = 1000;

    /// <summary>
    /// How many keys are counted at once: whatever has more than one unit in 256 of a minute is found.
    /// </summary>
    private const int CountedAtOnce = 256;

    private readonly Lock gate = new();
    private readonly Queue<CountedMinute> past = new(MinutesKept);
    private readonly SpaceSaving<AttributeValue[]>?[] sketches = new SpaceSaving<AttributeValue[]>?[Kinds];
    private long minute;

    /// <summary>The rules that what is counted is told by.</summary>
    public IReadOnlyList<ContributorRule> Rules => rules;

    /// <summary>Whether there are rules of keys by what they consume, not only by how often they are throttled.</summary>
    public bool CountsAccess { get; } = rules.Any(rule => rule.Kind == ContributorRuleKind.PartitionKeysAccessed);

    /// <summary>Counts what was consumed.</summary>
    /// <param name="attributes">Has the attributes of the partition key; of an item, those of the sort key too.</param>
    /// <param name="isItem">Whether one item was meant, not a whole partition.</param>
    /// <param name="units">Read units, and three times the write units.</param>
    public void NoteAccess(AttributeMap attributes, bool isItem, double units)
    {
        if (CountsAccess && units > 0)
        {
            Note(ContributorRuleKind.PartitionKeysAccessed, attributes, isItem, (long)(units * Thousandths));
        }
    }

    /// <summary>Counts a request, or the part of one, that was throttled.</summary>
    public void NoteThrottle(AttributeMap attributes, bool isItem) =>
        Note(ContributorRuleKind.PartitionKeysThrottled, attributes, isItem, (long)Thousandths);

    /// <summary>What was counted by a rule.</summary>
    public ContributorReport Read(ContributorRule rule, DateTimeOffset start, DateTimeOffset end, long periodMinutes, int most)
    {
        int kind = (int)rule.Kind;
        CountedMinute[] minutes;
        lock (gate)
        {
            Turn();
            minutes = [.. past, Close()];
        }

        List<(DateTimeOffset Period, CountedMinute.Counts Counts)> counted =
        [
            .. minutes.Select(one => (At: StartOf(one.Number), one.Number, Counts: one.Kinds[kind]))
                .Where(one => one.Counts is not null && one.At >= start && one.At < end)
                .Select(one => (StartOf(one.Number - (one.Number % periodMinutes)), one.Counts!)),
        ];
        List<(ulong Hash, AttributeValue[] Key, double Sum, List<ContributorPoint> Points)> contributors =
        [
            .. counted.SelectMany(one => one.Counts.Most.Select(key => (one.Period, key.Hash, key.Key, key.Count)))
                .GroupBy(one => one.Hash)
                .Select(key => (
                    key.Key,
                    key.First().Key,
                    key.Sum(one => one.Count) / Thousandths,
                    key.GroupBy(one => one.Period)
                        .Select(period => new ContributorPoint(period.Key, period.Sum(one => one.Count) / Thousandths)).ToList())),
        ];
        return new ContributorReport(
            counted.Sum(one => one.Counts.Total) / Thousandths,
            Math.Max(contributors.Count, counted.Select(one => one.Counts.Unique).DefaultIfEmpty().Max()),
            [
                .. contributors.OrderByDescending(one => one.Sum).Take(most)
                    .Select(one => new Contributor(MapOf(rule, one.Key), one.Hash, one.Sum, one.Points)),
            ],
            [
                .. counted.GroupBy(one => one.Period).Select(period => new ContributorPeriod(
                    period.Key,
                    period.Sum(one => one.Counts.Total) / Thousandths,
                    contributors.SelectMany(one => one.Points).Where(point => point.Start == period.Key).Max(point => point.Value),
                    period.Max(one => one.Counts.Unique))),
            ]);
    }

    private void Note(ContributorRuleKind ofPartitions, AttributeMap attributes, bool isItem, long thousandths)
    {
        ArrayBufferWriter<byte> bytes = new(128);
        layout.WriteHash(attributes, bytes);
        ulong partition = XxHash3.HashToUInt64(bytes.WrittenSpan, seed);
        AttributeValue[] partitionKey = ValuesOf(layout.Hash, attributes);
        ulong item = 0;
        AttributeValue[]? itemKey = null;
        if (isItem && layout.Range.Count > 0)
        {
            layout.WriteRange(attributes, bytes);
            item = XxHash3.HashToUInt64(bytes.WrittenSpan, seed);
            itemKey = [.. partitionKey, .. ValuesOf(layout.Range, attributes)];
        }

        lock (gate)
        {
            Turn();
            SketchOf((int)ofPartitions).Add(partition, partitionKey, thousandths);
            if (itemKey is not null)
            {
                // The kind that ranks items stands behind the one that ranks their partitions.
                SketchOf((int)ofPartitions + 1).Add(item, itemKey, thousandths);
            }
        }
    }

    private SpaceSaving<AttributeValue[]> SketchOf(int kind) => sketches[kind] ??= new SpaceSaving<AttributeValue[]>(CountedAtOnce);

    /// <summary>Begins a new minute where the clock has; a clock that is set back goes on with the one that it had reached.</summary>
    private void Turn()
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        if (now <= minute)
        {
            return;
        }

        if (Array.Exists(sketches, sketch => sketch is not null))
        {
            past.Enqueue(Close());
            Array.Clear(sketches);
        }

        minute = now;
        while (past.TryPeek(out CountedMinute? oldest) && oldest.Number <= now - MinutesKept)
        {
            past.Dequeue();
        }
    }

    /// <summary>What was counted in this minute so far.</summary>
    private CountedMinute Close() => new(minute, Array.ConvertAll(sketches, static sketch => sketch is null ? null : CountsOf(sketch)));

    private static CountedMinute.Counts CountsOf(SpaceSaving<AttributeValue[]> sketch)
    {
        List<(AttributeValue[] What, ulong Hash, long Count, long Error)> counted = [.. sketch.Counted];
        return new CountedMinute.Counts(
            sketch.Total,
            counted.Count,
            [.. counted.OrderByDescending(one => one.Count).Take(KeptOfMinute).Select(one => (one.What, one.Hash, one.Count))]);
    }

    private static AttributeValue[] ValuesOf(IReadOnlyList<KeyAttribute> keys, AttributeMap attributes) =>
        [.. keys.Select(key => attributes[key.Name])];

    private static AttributeMap MapOf(ContributorRule rule, AttributeValue[] values)
    {
        AttributeMap key = [];
        foreach ((string name, AttributeValue value) in rule.KeyNames.Zip(values))
        {
            key.Add(name, value);
        }

        return key;
    }

    private static DateTimeOffset StartOf(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);
}
