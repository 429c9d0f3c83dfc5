using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Streams;

namespace DaxProxy.Engine.Tables;

/// <summary>CreateTable: the answer says CREATING; the table is ACTIVE at once.</summary>
internal sealed class CreateTableHandler(
    EngineCatalog catalog, WriteQueue writes, ResourceNames names, StreamCatalog streams, StreamSwitch streamSwitch, TableClock clock)
{
    public async Task<Reply> ExecuteAsync(CreateTable request)
    {
        TableDescription definition = Define(request);
        Result result = await writes.RunAsync(
            session => Create(session, request, definition, clock.Transition("CREATING")), Show).ConfigureAwait(false);
        return result.Table is null ? new ErrorReply(result.Error!) : new TableReply(result.Table.Describe("CREATING"));
    }

    /// <summary>What keeps a name from being given to a new table: the status of the table that has it; null for nothing.</summary>
    public string? StatusOf(Session session, string tableName)
    {
        if (catalog.FindAny(tableName, out string status) is not null)
        {
            return status;
        }

        // Another creation in the same group of changes is not in the catalog yet.
        Statement existing = session.Statement("SELECT 1 FROM tables WHERE name = ?1").Bind(1, tableName);
        bool exists = existing.Step();
        existing.Reset();
        return exists ? "CREATING" : null;
    }

    /// <summary>After the commit: shows a table that was created.</summary>
    public void Show(Result result)
    {
        if (result.Table is not null)
        {
            catalog.Add(result.Table);
            streams.Show(result.Table.Id, result.Stream);
        }
    }

    /// <summary>Creates a table within a change.</summary>
    /// <param name="session">The writer's session.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="definition">The table as <see cref="Define"/> makes it.</param>
    /// <param name="transition">What the table goes through at first.</param>
    public Result Create(Session session, CreateTable request, TableDescription definition, TableTransition transition)
    {
        if (StatusOf(session, request.TableName) is { } status)
        {
            return new Result(status switch
            {
                "CREATING" => TableUpdateFaults.InUse("Table is being created: " + request.TableName),
                "DELETING" => TableUpdateFaults.InUse("Table is being deleted: " + request.TableName),
                _ => TableFaults.TableExists(request.TableName),
            });
        }

        if (request.Replication is not null)
        {
            return new Result(AbsentFeatureFaults.Refused(request.Replication, "replicas"));
        }

        StreamSpecification? stream = request.StreamSpecification is { StreamEnabled: true } ? request.StreamSpecification : null;
        definition = stream is null ? definition : streamSwitch.Describe(session, definition, stream.StreamViewType!);
        EngineTable table = Insert(session, definition);
        TagsHandler.Store(session, table.Id, request.Tags);
        if (request.NormalPolicy is not null)
        {
            ResourcePolicyHandler.Store(session, table.Id, request.NormalPolicy, clock.Now);
        }

        return new Result(
            null,
            table.Entering(transition),
            stream is null ? null : streamSwitch.Enable(session, table.Id, definition));
    }

    /// <summary>Adds the rows of a table and of its indexes.</summary>
    public static EngineTable Insert(Session session, TableDescription definition)
    {
        session.Statement("INSERT INTO tables (name, definition) VALUES (?1, ?2)")
            .Bind(1, definition.TableName).Bind(2, EngineCatalog.Serialize(definition)).Run();
        long tableId = session.LastInsertedId();
        Dictionary<string, long> indexIds = new(StringComparer.Ordinal);
        foreach (string name in definition.LocalSecondaryIndexes.Concat(definition.GlobalSecondaryIndexes)
            .Select(index => index.Definition.IndexName)
            .Concat(definition.VectorIndexes.Select(index => index.Definition.IndexName)))
        {
            indexIds.Add(name, InsertIndex(session, tableId, name));
        }

        return new EngineTable(tableId, definition, indexIds);
    }

    /// <summary>Adds a row for an index and gives its number.</summary>
    public static long InsertIndex(Session session, long tableId, string indexName)
    {
        session.Statement("INSERT INTO indexes (table_id, name) VALUES (?1, ?2)").Bind(1, tableId).Bind(2, indexName).Run();
        return session.LastInsertedId();
    }

    /// <summary>The stored description of a new table.</summary>
    public TableDescription Define(CreateTable request)
    {
        DateTimeOffset now = clock.Now;
        return new TableDescription
        {
            TableName = request.TableName,
            TableId = Guid.NewGuid().ToString(),
            TableArn = names.Table(request.TableName),
            TableStatus = "ACTIVE",
            CreationDateTime = now,
            KeySchema = request.KeySchema,
            AttributeDefinitions =
                [.. request.AttributeDefinitions.OrderBy(definition => definition.AttributeName, StringComparer.Ordinal)],
            BillingMode = request.BillingMode == "PAY_PER_REQUEST" ? request.BillingMode : null,
            ProvisionedThroughput = request.ProvisionedThroughput ?? new ProvisionedThroughput(0, 0),
            DeletionProtectionEnabled = request.DeletionProtectionEnabled,
            LastUpdateToPayPerRequest = request.BillingMode == "PAY_PER_REQUEST" ? now : null,
            OnDemandThroughput = request.OnDemandThroughput,
            WarmThroughput = request.WarmThroughput,
            TableClass = request.TableClass,
            Encryption = names.Encryption(request.Encryption),
            LocalSecondaryIndexes = [.. (request.LocalSecondaryIndexes ?? []).Select(index => Describe(request.TableName, index, null))],
            GlobalSecondaryIndexes =
                [.. (request.GlobalSecondaryIndexes ?? []).Select(index => Describe(request.TableName, index, "ACTIVE"))],
            VectorIndexes = [.. (request.VectorIndexes ?? []).Select(index => Describe(request.TableName, index, "ACTIVE"))],
        };
    }

    /// <summary>The stored description of a vector index.</summary>
    public VectorIndexDescription Describe(string tableName, VectorIndexDefinition index, string status) => new(
        index with { Projection = Sorted(index.Projection) },
        names.Index(tableName, index.IndexName),
        status,
        ItemCount: 0,
        IndexSizeBytes: 0);

    private static Projection Sorted(Projection projection) => projection with
    {
        NonKeyAttributes = projection.NonKeyAttributes?.Order(StringComparer.Ordinal).ToList(),
    };

    /// <summary>The stored description of an index.</summary>
    public IndexDescription Describe(string tableName, IndexDefinition index, string? status) => new(
        index with { Projection = Sorted(index.Projection) },
        names.Index(tableName, index.IndexName),
        status,
        ItemCount: 0,
        IndexSizeBytes: 0);

    /// <summary>The new table with its stream, or why there is none.</summary>
    public sealed record Result(DynamoError? Error, EngineTable? Table = null, EngineStream? Stream = null);
}
