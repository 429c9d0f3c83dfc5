using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Streams;

namespace DaxProxy.Engine.Tables;

/// <summary>CreateTable: the answer says CREATING; the table is ACTIVE at once.</summary>
internal sealed class CreateTableHandler(
    Catalog catalog, WriteQueue writes, ResourceNames names, StreamCatalog streams, StreamSwitch streamSwitch, TimeProvider time)
{
    public async Task<Reply> ExecuteAsync(CreateTable request)
    {
        TableDescription definition = Define(request);
        (EngineTable? created, _) = await writes.RunAsync(
            session => catalog.Find(request.TableName) is null ? Insert(session, definition, request.StreamSpecification) : default,
            made =>
            {
                if (made.Table is not null)
                {
                    catalog.Add(made.Table);
                    streams.Show(made.Table.Id, made.Stream);
                }
            }).ConfigureAwait(false);
        return created is null
            ? new ErrorReply(TableFaults.TableExists(request.TableName))
            : new TableReply(created.Describe("CREATING"));
    }

    private (EngineTable? Table, EngineStream? Stream) Insert(Session session, TableDescription definition, StreamSpecification? stream)
    {
        bool hasStream = stream is { StreamEnabled: true };
        definition = hasStream ? streamSwitch.Describe(session, definition, stream!.StreamViewType!) : definition;
        session.Statement("INSERT INTO tables (name, definition) VALUES (?1, ?2)")
            .Bind(1, definition.TableName).Bind(2, Catalog.Serialize(definition)).Run();
        long tableId = session.LastInsertedId();
        Dictionary<string, long> indexIds = new(StringComparer.Ordinal);
        foreach (IndexDescription index in definition.LocalSecondaryIndexes.Concat(definition.GlobalSecondaryIndexes))
        {
            session.Statement("INSERT INTO indexes (table_id, name) VALUES (?1, ?2)")
                .Bind(1, tableId).Bind(2, index.Definition.IndexName).Run();
            indexIds.Add(index.Definition.IndexName, session.LastInsertedId());
        }

        return (
            new EngineTable(tableId, definition, indexIds),
            hasStream ? streamSwitch.Enable(session, tableId, definition) : null);
    }

    private TableDescription Define(CreateTable request) => new()
    {
        TableName = request.TableName,
        TableId = Guid.NewGuid().ToString(),
        TableArn = names.Table(request.TableName),
        TableStatus = "ACTIVE",
        CreationDateTime = time.GetUtcNow(),
        KeySchema = request.KeySchema,
        AttributeDefinitions = [.. request.AttributeDefinitions.OrderBy(definition => definition.AttributeName, StringComparer.Ordinal)],
        BillingMode = request.BillingMode == "PAY_PER_REQUEST" ? request.BillingMode : null,
        ProvisionedThroughput = request.ProvisionedThroughput ?? new ProvisionedThroughput(0, 0),
        DeletionProtectionEnabled = request.DeletionProtectionEnabled,
        LocalSecondaryIndexes = [.. (request.LocalSecondaryIndexes ?? []).Select(index => Describe(request, index, null))],
        GlobalSecondaryIndexes = [.. (request.GlobalSecondaryIndexes ?? []).Select(index => Describe(request, index, "ACTIVE"))],
    };

    private IndexDescription Describe(CreateTable request, IndexDefinition index, string? status)
    {
        Projection projection = index.Projection with
        {
            NonKeyAttributes = index.Projection.NonKeyAttributes?.Order(StringComparer.Ordinal).ToList(),
        };
        return new IndexDescription(
            index with { Projection = projection }, names.Index(request.TableName, index.IndexName), status, ItemCount: 0, IndexSizeBytes: 0);
    }
}
