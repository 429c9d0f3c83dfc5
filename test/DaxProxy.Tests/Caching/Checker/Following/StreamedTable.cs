using System.Collections.Immutable;
using System.Globalization;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Operations.Streams;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching.Checker.Following;

/// <summary>
/// A table with everything it ever was, and its stream: shards that split, roll and are trimmed, whose records can be read some time after
/// their change.
/// </summary>
internal sealed class StreamedTable
{
    public const string Name = "T";
    public const string Index = "byG";

    /// <summary>How late a change may be seen, by the stream, by reads and by the index.</summary>
    public static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(12);
    private static readonly TimeSpan IteratorLife = TimeSpan.FromMinutes(15);

    private readonly List<(DateTimeOffset At, ImmutableSortedDictionary<string, AttributeMap> Items)> states = [];
    private readonly Dictionary<string, List<SimulatedShard>> shardsOf = [];
    private int born;
    private int written;
    private int streams;

    public StreamedTable()
    {
        states.Add((DateTimeOffset.MinValue, ImmutableSortedDictionary<string, AttributeMap>.Empty));
        SwitchStream();
    }

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The view of its records.</summary>
    public string View { get; init; } = "NEW_AND_OLD_IMAGES";

    /// <summary>Whether its stream answers nothing now.</summary>
    public bool IsBroken { get; set; }

    public int Last => states.Count - 1;

    public string Arn => $"arn:aws:dynamodb:local:000000000000:table/{Name}/stream/{streams}";

    private List<SimulatedShard> Current => shardsOf[Arn];

    public ImmutableSortedDictionary<string, AttributeMap> StateOf(int number) => states[number].Items;

    /// <summary>The state at a time.</summary>
    public int NumberAt(DateTimeOffset time) => states.FindLastIndex(state => state.At <= time);

    public AttributeMap? Find(string key) => states[^1].Items.GetValueOrDefault(key);

    public TableDescription Describe() => new()
    {
        TableName = Name,
        TableId = "id",
        TableArn = "arn:aws:dynamodb:local:000000000000:table/" + Name,
        TableStatus = "ACTIVE",
        CreationDateTime = DateTimeOffset.UnixEpoch,
        KeySchema = [new KeySchemaElement("k", "HASH")],
        AttributeDefinitions = [new AttributeDefinition("g", "S"), new AttributeDefinition("k", "S")],
        ProvisionedThroughput = new ProvisionedThroughput(0, 0),
        GlobalSecondaryIndexes =
        [
            new IndexDescription(
                new IndexDefinition(Index, [new KeySchemaElement("g", "HASH")], new Projection("ALL", null)), "", "ACTIVE", 0, 0),
        ],
        StreamSpecification = new StreamSpecification(true, View),
        LatestStreamArn = Arn,
    };

    /// <summary>Changes an item, and records it; the number of the state.</summary>
    public int Write(string key, AttributeMap? item, Dice dice)
    {
        AttributeMap? old = Find(key);
        Item? before = old is null ? null : Item.FromAttributes(old), after = item is null ? null : Item.FromAttributes(item);
        if (before?.Json.Span.SequenceEqual(after is null ? default : after.Json.Span) ?? after is null)
        {
            return Last;
        }

        states.Add((Now, item is null ? states[^1].Items.Remove(key) : states[^1].Items.SetItem(key, item)));
        SimulatedShard shard = Current.Single(shard => !shard.IsClosed && shard.Covers(HashOf(key)));
        DateTimeOffset visible = Now + (Lag * (dice.Next(100) / 100.0));
        shard.Records.Add((
            shard.Records.Count > 0 && shard.Records[^1].VisibleAt > visible ? shard.Records[^1].VisibleAt : visible,
            new ChangeRecord
            {
                EventId = "",
                EventName = old is null ? "INSERT" : item is null ? "REMOVE" : "MODIFY",
                Region = "local",
                SequenceNumber = (++written).ToString("D21", CultureInfo.InvariantCulture),
                CreatedAt = Now,
                StreamViewType = View,
                Keys = Item.FromAttributes(new AttributeMap { ["k"] = AttributeValue.FromString(key) }),
                NewImage = View.Contains("NEW", StringComparison.Ordinal) ? after : null,
                OldImage = View.Contains("OLD", StringComparison.Ordinal) ? before : null,
            }));
        return Last;
    }

    /// <summary>A shard is closed, and one or two go on in its place.</summary>
    public void Split(Dice dice)
    {
        SimulatedShard shard = dice.Pick(Current.FindAll(shard => !shard.IsClosed));
        shard.IsClosed = true;
        int middle = shard.First + ((shard.End - shard.First) / 2);
        (int First, int End)[] parts = dice.Chance(50) && middle > shard.First
            ? [(shard.First, middle), (middle, shard.End)]
            : [(shard.First, shard.End)];
        Current.AddRange(parts.Select(part => new SimulatedShard(NewName(), shard.Id, part.First, part.End)));
    }

    /// <summary>Old records are gone, read or not; and old shards as a whole.</summary>
    public void Trim(Dice dice)
    {
        List<SimulatedShard> shards = Current;
        SimulatedShard shard = dice.Pick(shards);
        int old = shard.Records.FindIndex(pair => pair.Record.CreatedAt > Now - Retention) is var first && first >= 0
            ? first
            : shard.Records.Count;

        // A place that is trimmed away is noticed; that a shard had begun before what is left of it is not.
        shard.Trimmed = Math.Max(shard.Trimmed, dice.Next((shard.IsBegun ? shard.Records.Count : old) + 1));
        shards.RemoveAll(gone => gone.IsClosed && gone.IsBegun && gone.Trimmed == gone.Records.Count && dice.Chance(50)
            && !shards.Exists(parent => parent.Id == gone.Parent));
    }

    /// <summary>The stream is switched off and on: another one. What the one before holds can still be read; it goes on nowhere.</summary>
    public void SwitchStream()
    {
        if (streams > 0)
        {
            Current.ForEach(shard => shard.IsClosed = true);
        }

        streams++;
        shardsOf[Arn] = [new SimulatedShard(NewName(), null, 0, 4), new SimulatedShard(NewName(), null, 4, 8)];
    }

    public Reply Answer(Operation operation, Dice dice) => IsBroken || dice.Chance(3)
        ? new ErrorReply(new DynamoError("LimitExceededException", 400, "", "message"))
        : operation switch
        {
            DescribeStream describe => Describe(describe),
            GetShardIterator get => Find(get, dice),
            GetRecords get => Read(get),
            _ => throw new ArgumentException(operation.Name),
        };

    private Reply Describe(DescribeStream describe)
    {
        if (!shardsOf.TryGetValue(describe.StreamArn, out List<SimulatedShard>? shards))
        {
            return new ErrorReply(StreamFaults.StreamNotFound(describe.StreamArn));
        }

        // Pages of three.
        List<SimulatedShard> listed =
            [.. shards.Where(shard => string.CompareOrdinal(shard.Id, describe.ExclusiveStartShardId) > 0).Take(4)];
        return new DescribeStreamReply
        {
            Stream = new StreamSummary(describe.StreamArn, Name, ""),
            StreamStatus = describe.StreamArn == Arn ? "ENABLED" : "DISABLED",
            StreamViewType = View,
            CreationRequestDateTime = default,
            KeySchema = [],
            Shards = [.. listed.Take(3).Select(shard => new ShardDescription(shard.Id, shard.Parent, "0", shard.IsClosed ? "1" : null))],
            LastEvaluatedShardId = listed.Count > 3 ? listed[2].Id : null,
        };
    }

    private Reply Find(GetShardIterator get, Dice dice)
    {
        if (shardsOf.GetValueOrDefault(get.StreamArn)?.Find(shard => shard.Id == get.ShardId) is not { } shard)
        {
            return new ErrorReply(StreamFaults.ShardNotFound(get.ShardId, get.StreamArn));
        }

        shard.IsBegun = true;
        int at = get.ShardIteratorType == ShardIteratorType.LATEST ? shard.Records.Count : shard.Trimmed;

        // It takes several pages to come to where the records are.
        int empty = get.ShardIteratorType == ShardIteratorType.LATEST ? 0 : dice.Next(3);
        return new GetShardIteratorReply($"{get.StreamArn}|{shard.Id}|{at}|{empty}|{Now.UtcTicks}");
    }

    private Reply Read(GetRecords get)
    {
        string[] parts = get.ShardIterator.Split('|');
        int at = int.Parse(parts[2], CultureInfo.InvariantCulture), empty = int.Parse(parts[3], CultureInfo.InvariantCulture);
        if (Now.UtcTicks - long.Parse(parts[4], CultureInfo.InvariantCulture) > IteratorLife.Ticks)
        {
            return new ErrorReply(StreamFaults.ExpiredIterator(Now, Now, IteratorLife));
        }

        if (shardsOf.GetValueOrDefault(parts[0])?.Find(shard => shard.Id == parts[1]) is not { } shard)
        {
            return new ErrorReply(StreamFaults.StreamNotFound(parts[0]));
        }

        if (at < shard.Trimmed)
        {
            return new ErrorReply(StreamFaults.Trimmed);
        }

        List<ChangeRecord> page = empty > 0
            ? []
            : [.. shard.Records.Skip(at).TakeWhile(pair => pair.VisibleAt <= Now).Select(pair => pair.Record)];
        int next = at + page.Count;
        return new GetRecordsReply(
            page,
            shard.IsClosed && next == shard.Records.Count ? null : $"{parts[0]}|{shard.Id}|{next}|{Math.Max(0, empty - 1)}|{Now.UtcTicks}");
    }

    private string NewName() => $"shardId-{++born:D20}";

    private static int HashOf(string key) => key[0] % 8;
}
