using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>Makes the operation of one request, argument by argument.</summary>
/// <remarks>
/// The first fault of the envelope or of an expression stays in <see cref="Error"/>, and what is made then is not for use. Bytes that are
/// not what the method takes throw <see cref="FormatException"/>.
/// </remarks>
internal ref struct OperationReader
{
    private readonly IReadOnlyDictionary<string, TableInfo> tables;
    private readonly IReadOnlyDictionary<int, AttributeNames> lists;

    /// <summary>What has not been read of the arguments.</summary>
    public CborReader Arguments;

    public OperationReader(
        ReadOnlySpan<byte> frame,
        IReadOnlyDictionary<string, TableInfo> tables,
        IReadOnlyDictionary<int, AttributeNames> lists,
        ValidationLayer layer)
    {
        Arguments = DaxFrame.ArgumentsOf(frame);
        this.tables = tables;
        this.lists = lists;
        Layer = layer;
    }

    /// <summary>Whose texts to use.</summary>
    public ValidationLayer Layer { get; }

    /// <summary>The first fault so far.</summary>
    public DynamoError? Error { get; private set; }

    public Operation ReadGetItem()
    {
        string tableName = ReadTableName();
        Decoded<AttributeMap> key = ReadKey(tableName, Arguments.ReadBytes());
        RequestOptions options = RequestOptions.Read(ref Arguments);
        return new GetItem
        {
            TableName = tableName,
            Key = key,
            ConsistentRead = options.ConsistentRead,
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
            Projection = ReadProjection(options.Projection),
        };
    }

    public Operation ReadPutItem()
    {
        string tableName = ReadTableName();
        Decoded<AttributeMap> item = ReadItem(tableName, Arguments.ReadBytes(), Arguments.ReadBytes());
        RequestOptions options = RequestOptions.Read(ref Arguments);
        return new PutItem
        {
            TableName = tableName,
            Item = item,
            Condition = ReadCondition(options.Condition, ExpressionKind.Condition),
            ReturnValues = options.ReturnValues,
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
            ReturnItemCollectionMetrics = options.ReturnItemCollectionMetrics,
        };
    }

    public Operation ReadUpdateItem()
    {
        string tableName = ReadTableName();
        Decoded<AttributeMap> key = ReadKey(tableName, Arguments.ReadBytes());
        RequestOptions options = RequestOptions.Read(ref Arguments);
        return new UpdateItem
        {
            TableName = tableName,
            Key = key,
            Update = ReadUpdate(options.Update),
            Condition = ReadCondition(options.Condition, ExpressionKind.Condition),
            ReturnValues = options.ReturnValues,
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
            ReturnItemCollectionMetrics = options.ReturnItemCollectionMetrics,
        };
    }

    public Operation ReadDeleteItem()
    {
        string tableName = ReadTableName();
        Decoded<AttributeMap> key = ReadKey(tableName, Arguments.ReadBytes());
        RequestOptions options = RequestOptions.Read(ref Arguments);
        return new DeleteItem
        {
            TableName = tableName,
            Key = key,
            Condition = ReadCondition(options.Condition, ExpressionKind.Condition),
            ReturnValues = options.ReturnValues,
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
            ReturnItemCollectionMetrics = options.ReturnItemCollectionMetrics,
        };
    }

    public Operation ReadQuery()
    {
        string tableName = ReadTableName();
        Arguments.TryReadBytes(out ReadOnlySpan<byte> keyCondition);
        RequestOptions options = RequestOptions.Read(ref Arguments);
        return new Query
        {
            TableName = tableName,
            IndexName = options.IndexName,
            Filter = ReadCondition(options.Filter, ExpressionKind.Filter),
            Projection = ReadProjection(options.Projection),
            KeyCondition = ReadKeyCondition(keyCondition)!,
            Select = SelectOf(options, tableName),
            Limit = Bounded(options.Limit, 1, int.MaxValue, "Limit"),
            ConsistentRead = options.ConsistentRead,
            ScanIndexForward = !options.IsBackward,
            ExclusiveStartKey = ReadStartKey(options, tableName),
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
        };
    }

    public Operation ReadScan()
    {
        string tableName = ReadTableName();
        RequestOptions options = RequestOptions.Read(ref Arguments);
        return new Scan
        {
            TableName = tableName,
            IndexName = options.IndexName,
            Filter = ReadCondition(options.Filter, ExpressionKind.Filter),
            Projection = ReadProjection(options.Projection),
            Select = SelectOf(options, tableName),
            Limit = Bounded(options.Limit, 1, int.MaxValue, "Limit"),
            Segment = Bounded(options.Segment, 0, 999_999, "Segment"),
            TotalSegments = Bounded(options.TotalSegments, 1, 1_000_000, "TotalSegments"),
            ConsistentRead = options.ConsistentRead,
            ExclusiveStartKey = ReadStartKey(options, tableName),
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
        };
    }

    /// <summary>Notes a fault; the first one stays.</summary>
    public void Fail(DynamoError? error) => Error ??= error;

    /// <summary>The name of a table, which must be known.</summary>
    public string ReadTableName() => Known(Arguments.ReadTextOrBytes());

    /// <summary>The name, after a look whether the table is there.</summary>
    public string Known(string tableName)
    {
        if (!tables.ContainsKey(tableName))
        {
            Fail(TableFaults.NotFound);
        }

        return tableName;
    }

    public readonly Decoded<AttributeMap> ReadKey(string tableName, scoped ReadOnlySpan<byte> key) =>
        tables.TryGetValue(tableName, out TableInfo? table) ? ItemReader.ReadKey(key, table.KeySchema) : default;

    public readonly Decoded<AttributeMap> ReadItem(string tableName, scoped ReadOnlySpan<byte> key, scoped ReadOnlySpan<byte> values) =>
        tables.TryGetValue(tableName, out TableInfo? table) ? ItemReader.ReadItem(key, values, table.KeySchema, lists, Layer) : default;

    public ProjectionExpression? ReadProjection(scoped ReadOnlySpan<byte> bytes)
    {
        ProjectionExpression? projection = null;
        Fail(bytes.IsEmpty ? null : EncodedExpressionReader.TryReadProjection(bytes, out projection));
        return projection;
    }

    public ConditionExpression? ReadCondition(scoped ReadOnlySpan<byte> bytes, ExpressionKind kind, int moreLevels = 0)
    {
        ConditionExpression? condition = null;
        Fail(bytes.IsEmpty ? null : EncodedExpressionReader.TryReadCondition(bytes, kind, Layer, out condition, moreLevels));
        return condition;
    }

    public UpdateExpression? ReadUpdate(scoped ReadOnlySpan<byte> bytes, int moreLevels = 0)
    {
        UpdateExpression? update = null;
        Fail(bytes.IsEmpty ? null : EncodedExpressionReader.TryReadUpdate(bytes, Layer, out update, moreLevels));
        return update;
    }

    private KeyConditionExpression? ReadKeyCondition(scoped ReadOnlySpan<byte> bytes)
    {
        KeyConditionExpression? condition = null;
        Fail(bytes.IsEmpty ? null : EncodedExpressionReader.TryReadKeyCondition(bytes, Layer, out condition));
        return condition;
    }

    /// <summary>A key of the table; of an index, all key attributes by name.</summary>
    private readonly Decoded<AttributeMap>? ReadStartKey(scoped in RequestOptions options, string tableName)
    {
        if (options.StartKey.IsEmpty)
        {
            return null;
        }

        if (options.IndexName is null)
        {
            return ReadKey(tableName, options.StartKey);
        }

        CborReader reader = new(options.StartKey);
        Decoded<AttributeValue> map = ValueReader.Read(ref reader, Layer);
        if (map.Fault is not null)
        {
            return new(null, map.Fault);
        }

        return map.Value is { Type: AttributeType.M } key && reader.IsAtEnd ? key.Map : throw CborReader.Malformed();
    }

    /// <summary>
    /// What to return. One client asks for all attributes when its caller asked for nothing: where DynamoDB would refuse that, it is taken
    /// for nothing. A local index can fetch what it does not hold, so there it is taken at its word.
    /// </summary>
    private readonly Select SelectOf(scoped in RequestOptions options, string tableName)
    {
        if (options.Select != Select.ALL_ATTRIBUTES)
        {
            return options.Select;
        }

        bool isRefused = !options.Projection.IsEmpty
            || (options.IndexName is { } name && tables.TryGetValue(tableName, out TableInfo? table)
                && table.Indexes.TryGetValue(name, out IndexInfo? index) && index.IsGlobal && !index.ProjectsAll);
        return isRefused ? Select.Default : options.Select;
    }

    private int? Bounded(long? value, int min, int max, string member)
    {
        if (value is not { } given)
        {
            return null;
        }

        if (given < min || given > max)
        {
            string constraint = given < min
                ? $"Member must have value greater than or equal to {min}"
                : $"Member must have value less than or equal to {max}";
            Fail(DaxFaults.Constraint(member, given, constraint, Layer));
            return min;
        }

        return (int)given;
    }
}
