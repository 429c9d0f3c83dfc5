using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>The two transactions: arrays side by side, one place in each for every part.</summary>
/// <remarks>Source: the request encoders of the public clients.</remarks>
internal static class TransactionReader
{
    /// <summary>Most parts of a transaction. Source: the service's documented limit.</summary>
    public const int MaxParts = 100;

    private const int MaxTokenLength = 36;
    private const int Put = 2;
    private const int Delete = 7;
    private const int Update = 9;
    private const int ConditionCheck = 12;
    private const int ReturnOld = 2;

    public static Operation ReadTransactGetItems(ref OperationReader request)
    {
        Column tables = new(ref request.Arguments);
        Column keys = new(ref request.Arguments);
        Column projections = new(ref request.Arguments);
        RequestOptions options = RequestOptions.Read(ref request.Arguments);
        List<GetItem> gets = [];
        while (tables.HasNext() && CanAdd(ref request, gets.Count))
        {
            string tableName = request.Known(tables.Reader.ReadTextOrBytes());
            gets.Add(new GetItem
            {
                TableName = tableName,
                Key = request.ReadKey(tableName, keys.IsGiven() ? keys.Reader.ReadBytes() : throw CborReader.Malformed()),
                ConsistentRead = true,
                Projection = request.ReadProjection(projections.NextBytes()),
            });
        }

        if (request.Error is null)
        {
            keys.Close();
            projections.Close();
        }

        request.Fail(gets.Count == 0 ? NoParts(request.Layer) : null);
        return new TransactGetItems { Gets = gets, ReturnConsumedCapacity = options.ReturnConsumedCapacity };
    }

    public static Operation ReadTransactWriteItems(ref OperationReader request)
    {
        Columns columns = new(ref request.Arguments);
        RequestOptions options = RequestOptions.Read(ref request.Arguments);
        List<WriteOperation?> actions = [];
        while (columns.Operations.HasNext() && CanAdd(ref request, actions.Count))
        {
            actions.Add(ReadAction(ref request, ref columns));
        }

        if (request.Error is null)
        {
            columns.Close();
        }

        request.Fail(actions.Count == 0 ? NoParts(request.Layer) : null);
        if (options.ClientRequestToken is { Length: 0 or > MaxTokenLength } token)
        {
            string constraint = token.Length == 0 ? "greater than or equal to 1" : $"less than or equal to {MaxTokenLength}";
            request.Fail(DaxFaults.Constraint("ClientRequestToken", token, $"Member must have length {constraint}", request.Layer));
        }

        return new TransactWriteItems
        {
            Actions = actions,
            ClientRequestToken = options.ClientRequestToken,
            ReturnConsumedCapacity = options.ReturnConsumedCapacity,
            ReturnItemCollectionMetrics = options.ReturnItemCollectionMetrics,
        };
    }

    private static WriteOperation ReadAction(ref OperationReader request, ref Columns columns)
    {
        int operation = columns.Operations.Reader.ReadInt32();
        string tableName = request.Known(columns.Tables.IsGiven() ? columns.Tables.Reader.ReadTextOrBytes() : throw CborReader.Malformed());
        ReadOnlySpan<byte> key = columns.Keys.IsGiven() ? columns.Keys.Reader.ReadBytes() : throw CborReader.Malformed();
        ReadOnlySpan<byte> values = columns.Values.NextBytes();
        bool returnItem = columns.OnFailure.IsGiven() && columns.OnFailure.Reader.ReadInt32() == ReturnOld;
        ConditionExpression? condition = request.ReadCondition(
            columns.Conditions.NextBytes(), ExpressionKind.Condition, TransactWriteItems.MoreLevels);
        UpdateExpression? update = request.ReadUpdate(columns.Updates.NextBytes(), TransactWriteItems.MoreLevels);
        return operation switch
        {
            Put => new PutItem
            {
                TableName = tableName,
                Item = request.ReadItem(tableName, key, values),
                Condition = condition,
                ReturnItemOnConditionFailure = returnItem,
            },
            Delete => new DeleteItem
            {
                TableName = tableName,
                Key = request.ReadKey(tableName, key),
                Condition = condition,
                ReturnItemOnConditionFailure = returnItem,
            },
            Update => new UpdateItem
            {
                TableName = tableName,
                Key = request.ReadKey(tableName, key),
                Update = update,
                Condition = condition,
                ReturnItemOnConditionFailure = returnItem,
            },
            ConditionCheck => new ConditionCheck
            {
                TableName = tableName,
                Key = request.ReadKey(tableName, key),
                Condition = condition,
                ReturnItemOnConditionFailure = returnItem,
            },
            _ => throw CborReader.Malformed(),
        };
    }

    private static bool CanAdd(ref OperationReader request, int parts)
    {
        if (parts == MaxParts)
        {
            request.Fail(DaxFaults.Constraint(
                "TransactItems", "[...]", $"Member must have length less than or equal to {MaxParts}", request.Layer));
        }

        return request.Error is null;
    }

    private static DynamoError NoParts(ValidationLayer layer) =>
        DaxFaults.Constraint("TransactItems", "[]", "Member must have length greater than or equal to 1", layer);

    /// <summary>The arguments of TransactWriteItems up to the options.</summary>
    private ref struct Columns
    {
        public Column Operations;
        public Column Tables;
        public Column Keys;
        public Column Values;
        public Column OnFailure;
        public Column Conditions;
        public Column Updates;

        public Columns(scoped ref CborReader arguments)
        {
            Operations = new Column(ref arguments);
            Tables = new Column(ref arguments);
            Keys = new Column(ref arguments);
            Values = new Column(ref arguments);
            arguments.Skip();
            OnFailure = new Column(ref arguments);
            Conditions = new Column(ref arguments);
            Updates = new Column(ref arguments);
        }

        public void Close()
        {
            Tables.Close();
            Keys.Close();
            Values.Close();
            OnFailure.Close();
            Conditions.Close();
            Updates.Close();
        }
    }
}
