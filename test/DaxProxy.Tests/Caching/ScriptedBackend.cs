using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Tests.Caching;

/// <summary>
/// A backend over a dictionary. It answers at once; or, while <see cref="Holds"/> says so, when the test releases the call, and then in two
/// steps: what it does to the dictionary, and its answer.
/// </summary>
internal sealed class ScriptedBackend : IDynamoBackend
{
    private readonly Dictionary<(string Table, ItemKey Key), Item> items = [];

    public Dictionary<string, (KeySchema Schema, string Id, string Status)> Tables { get; } = [];

    public List<Operation> Calls { get; } = [];

    public List<ScriptedCall> Held { get; } = [];

    public Func<Operation, bool> Holds { get; set; } = _ => false;

    /// <summary>An answer instead of the real one; the call then has no effect.</summary>
    public Func<Operation, Reply?> Instead { get; set; } = _ => null;

    public ReadLag ReadLag { get; init; }

    public bool KnowsImages { get; set; } = true;

    public int CallsOf<T>() => Calls.OfType<T>().Count();

    public void AddTable(string name, KeySchema schema, string id = "1", string status = "ACTIVE") => Tables[name] = (schema, id, status);

    public void DropTable(string name)
    {
        Tables.Remove(name);
        foreach ((string Table, ItemKey Key) key in items.Keys.Where(key => key.Table == name).ToList())
        {
            items.Remove(key);
        }
    }

    public Item? Peek(string table, AttributeMap key) => items.GetValueOrDefault((table, ItemKey.Of(Tables[table].Schema, key)));

    public void Put(string table, AttributeMap item) => items[(table, ItemKey.Of(Tables[table].Schema, item))] = Item.FromAttributes(item);

    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        Calls.Add(operation);
        if (!Holds(operation))
        {
            return new(Instead(operation) ?? Perform(operation));
        }

        ScriptedCall call = new(this, operation, cancellationToken);
        Held.Add(call);
        return new(call.Answer);
    }

    private Reply Perform(Operation operation) => operation switch
    {
        DescribeTable describe => Describe(describe.TableName),
        GetItem get => !Tables.ContainsKey(get.TableName)
            ? new ErrorReply(TableFaults.NotFound)
            : KeyRules.CheckKey(Tables[get.TableName].Schema, get.Key.Value!) is { } error
                ? new ErrorReply(error)
                : new GetItemReply(Cut(get.Projection, Peek(get.TableName, get.Key.Value!)), Units(get)),
        BatchGetItem batch => BatchGet(batch),
        PutItem put => Write(put.TableName, put.Item.Value!, put.Item.Value!),
        DeleteItem delete => Write(delete.TableName, delete.Key.Value!, null),
        UpdateItem update => Update(update),
        BatchWriteItem batch => BatchWrite(batch),
        CreateTable create => Create(create),
        DeleteTable delete => Delete(delete),
        _ => new ListTablesReply([.. Tables.Keys], null),
    };

    private Reply Describe(string name) => Tables.TryGetValue(name, out (KeySchema Schema, string Id, string Status) table)
        ? new TableReply(DescriptionOf(name, table.Schema, table.Id, table.Status))
        : new ErrorReply(TableFaults.TableNotFound(name));

    private TableReply Create(CreateTable create)
    {
        AddTable(create.TableName, new KeySchema(create.KeySchema[0].AttributeName, AttributeType.S), Guid.NewGuid().ToString());
        return (TableReply)Describe(create.TableName);
    }

    private TableReply Delete(DeleteTable delete)
    {
        TableReply reply = (TableReply)Describe(delete.TableName);
        DropTable(delete.TableName);
        return reply;
    }

    private BatchGetItemReply BatchGet(BatchGetItem batch) => new()
    {
        Responses =
        [
            .. batch.Tables.Select(table => KeyValuePair.Create<string, IReadOnlyList<Item>>(table.TableName,
                [.. table.Keys.Select(key => Cut(table.Projection, Peek(table.TableName, key.Value!))).OfType<Item>()])),
        ],
        ConsumedCapacity = batch.ReturnConsumedCapacity == ReturnConsumedCapacity.NONE
            ? null
            : [.. batch.Tables.Select(table => new ConsumedCapacity(table.TableName, (table.ConsistentRead ? 1 : 0.5) * table.Keys.Count))],
    };

    private WriteReply Update(UpdateItem update)
    {
        AttributeMap? updated = null;
        update.Update?.TryApply(Peek(update.TableName, update.Key.Value!)?.Open(), update.Key.Value!, out updated);
        return Write(update.TableName, update.Key.Value!, updated ?? update.Key.Value!);
    }

    private BatchWriteItemReply BatchWrite(BatchWriteItem batch)
    {
        List<WriteImages?> images = [.. batch.Writes.Select(write => write.Item is { } item
            ? Write(write.TableName, item.Value!, item.Value!).Images
            : Write(write.TableName, write.Key!.Value.Value!, null).Images)];
        return new() { Images = KnowsImages ? images : null };
    }

    private WriteReply Write(string table, AttributeMap key, AttributeMap? image)
    {
        (string Table, ItemKey Key) place = (table, ItemKey.Of(Tables[table].Schema, key));
        Item? old = items.GetValueOrDefault(place);
        items.Remove(place);
        if (image is not null)
        {
            items[place] = Item.FromAttributes(image);
        }

        return new WriteReply { Images = KnowsImages ? new WriteImages(old, items.GetValueOrDefault(place)) : null };
    }

    private static Item? Cut(ProjectionExpression? projection, Item? item) =>
        projection is null || item is null ? item : Item.FromAttributes(projection.Apply(item.Open()));

    private static ConsumedCapacity? Units(GetItem get) =>
        new ConsumedCapacity(get.TableName, get.ConsistentRead ? 1 : 0.5).Shown(get.ReturnConsumedCapacity);

    private static TableDescription DescriptionOf(string name, KeySchema schema, string id, string status) => new()
    {
        TableName = name,
        TableId = id,
        TableArn = "arn:aws:dynamodb:local:000000000000:table/" + name,
        TableStatus = status,
        CreationDateTime = DateTimeOffset.UnixEpoch,
        KeySchema = [.. schema.Names.Select((key, i) => new KeySchemaElement(key, i == 0 ? "HASH" : "RANGE"))],
        AttributeDefinitions = [.. schema.Names.Select((key, i) =>
            new AttributeDefinition(key, (i == 0 ? schema.HashType : schema.RangeType).ToString()))],
        ProvisionedThroughput = new ProvisionedThroughput(0, 0),
    };

    /// <summary>One call in the hand of the test.</summary>
    internal sealed class ScriptedCall(ScriptedBackend owner, Operation operation, CancellationToken cancellationToken)
    {
        private readonly TaskCompletionSource<Reply> answer = new();
        private Reply? reply;

        public Operation Operation { get; } = operation;

        public CancellationToken CancellationToken { get; } = cancellationToken;

        public Task<Reply> Answer => answer.Task;

        /// <summary>The call takes effect, and its answer is fixed.</summary>
        public void Perform() => reply ??= owner.Instead(Operation) ?? owner.Perform(Operation);

        /// <summary>The answer arrives; the waiting code runs before this returns.</summary>
        public void Release()
        {
            Perform();
            owner.Held.Remove(this);
            answer.SetResult(reply!);
        }

        /// <summary>An answer of the test's choice arrives, whatever the effect was.</summary>
        public void Release(Reply other)
        {
            owner.Held.Remove(this);
            answer.SetResult(other);
        }

        /// <summary>The connection breaks.</summary>
        public void Break()
        {
            owner.Held.Remove(this);
            answer.SetException(new IOException("broken"));
        }
    }
}
