using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Indexes;
using DaxProxy.Engine.Storage;
using DaxProxy.Engine.Streams;
using DaxProxy.Engine.Throughput;

namespace DaxProxy.Engine.Tables;

/// <summary>
/// UpdateTable: the answer shows the old values and UPDATING. A new index takes part in writes at once, is filled from the table in small
/// steps, and can be read when it is complete.
/// </summary>
internal sealed class UpdateTableHandler(
    EngineCatalog catalog, WriteQueue writes, CreateTableHandler creation, ResourceNames names, TableClock clock, IndexBackfill backfill,
    StreamCatalog streams, StreamSwitch streamSwitch, ThroughputGuard? throughput, TimeProvider throughputTime)
{
    private const int MaxGlobalIndexes = 20;

    public async Task<Reply> ExecuteAsync(UpdateTable request)
    {
        Result result = await writes.RunAsync(
            session => Update(session, request),
            changed =>
            {
                if (changed.New is not null)
                {
                    catalog.Add(changed.New);
                    throughput?.Show(changed.Old!, changed.New);
                    ShowStream(changed);
                }
            }).ConfigureAwait(false);
        if (result.Error is not null)
        {
            return new ErrorReply(result.Error);
        }

        if (request.GlobalSecondaryIndexUpdates is not null || request.VectorIndexUpdates is not null)
        {
            _ = DroppedRows.RemoveAllAsync(writes);
            _ = backfill.RunAsync();
        }

        // Protection takes effect at once; everything else is on its way.
        TableDescription answer = request.DeletionProtectionEnabled is null ? Answer(result) : result.New!.Describe("ACTIVE");
        return new TableReply(DecreaseBudget.Today(answer, throughputTime.GetUtcNow()));
    }

    /// <summary>The old values, with the status of what is changing; indexes and streams show that they come or go.</summary>
    private static TableDescription Answer(Result result)
    {
        TableDescription old = result.Old!.Describe("UPDATING");
        HashSet<string> before = [.. old.GlobalSecondaryIndexes.Select(index => index.Definition.IndexName)];
        HashSet<string> after = [.. result.New!.Definition.GlobalSecondaryIndexes.Select(index => index.Definition.IndexName)];
        return old with
        {
            AttributeDefinitions = result.New.Definition.AttributeDefinitions,
            StreamSpecification = result.New.Definition.StreamSpecification,
            LatestStreamArn = result.New.Definition.LatestStreamArn,
            LatestStreamLabel = result.New.Definition.LatestStreamLabel,
            GlobalSecondaryIndexes =
            [
                .. old.GlobalSecondaryIndexes.Select(index => after.Contains(index.Definition.IndexName)
                    ? index
                    : index with { IndexStatus = "DELETING" }),
                .. result.New.Definition.GlobalSecondaryIndexes.Where(index => !before.Contains(index.Definition.IndexName)),
            ],
            VectorIndexes =
            [
                .. old.VectorIndexes.Select(index => IsIn(result.New, index) ? index : index with { IndexStatus = "DELETING" }),
                .. result.New.Definition.VectorIndexes.Where(index => !IsIn(result.Old!, index)),
            ],
        };
    }

    private static bool IsIn(EngineTable table, VectorIndexDescription index) =>
        table.FindVectorIndex(index.Definition.IndexName) is not null;

    private Result Update(Session session, UpdateTable request)
    {
        if (catalog.FindAny(request.TableName, out string status) is not { } table)
        {
            return new Result(TableFaults.TableNotFound(request.TableName));
        }

        DynamoError? busy = status switch
        {
            "CREATING" => TableUpdateFaults.InUse("Table is being created: " + request.TableName),
            "DELETING" => TableUpdateFaults.InUse("Table is being deleted: " + request.TableName),
            "UPDATING" => TableUpdateFaults.InUse($"Table: {request.TableName} is in the process of being updated."),
            _ => null,
        };
        if (busy is not null)
        {
            return new Result(busy);
        }

        if (request.Replication is not null)
        {
            return new Result(AbsentFeatureFaults.Refused(request.Replication, "replicas"));
        }

        Dictionary<string, long> newIndexIds = new(StringComparer.Ordinal);
        EngineStream? stream = null;
        DynamoError? error = TrySettings(table.Definition, request, out TableDescription changed)
            ?? TryIndexes(session, table, request, ref changed, newIndexIds)
            ?? TryVectorIndexes(session, table, request, ref changed, newIndexIds)
            ?? TryStream(session, table, request.StreamSpecification, ref changed, out stream);
        if (error is not null)
        {
            return new Result(error);
        }

        session.Statement("UPDATE tables SET definition = ?1 WHERE id = ?2")
            .Bind(1, EngineCatalog.Serialize(changed)).Bind(2, table.Id).Run();
        TableTransition transition = request.DeletionProtectionEnabled is null ? clock.Transition("UPDATING") : TableTransition.None;
        return new Result(null, table, table.Redefined(changed, newIndexIds, transition), stream);
    }

    private void ShowStream(Result changed)
    {
        if (changed.Old!.Definition.StreamSpecification != changed.New!.Definition.StreamSpecification)
        {
            streams.Show(changed.New.Id, changed.Stream);
        }
    }

    private DynamoError? TryStream(
        Session session, EngineTable table, StreamSpecification? request, ref TableDescription changed, out EngineStream? stream)
    {
        stream = null;
        if (request is null)
        {
            return null;
        }

        if (request.StreamEnabled == table.Definition.StreamSpecification is not null)
        {
            return request.StreamEnabled ? StreamFaults.AlreadyEnabled(table.Name) : StreamFaults.NothingToDisable(table.Name);
        }

        if (request.StreamEnabled)
        {
            changed = streamSwitch.Describe(session, changed, request.StreamViewType!);
            stream = streamSwitch.Enable(session, table.Id, changed);
        }
        else
        {
            changed = changed with { StreamSpecification = null };
            streamSwitch.Disable(session, table.Id);
        }

        return null;
    }

    private DynamoError? TrySettings(TableDescription table, UpdateTable request, out TableDescription changed)
    {
        changed = table with
        {
            TableClass = request.TableClass ?? table.TableClass,
            DeletionProtectionEnabled = request.DeletionProtectionEnabled ?? table.DeletionProtectionEnabled,
            WarmThroughput = request.WarmThroughput is { } warm ? (table.WarmThroughput ?? warm).MergedWith(warm) : table.WarmThroughput,
            OnDemandThroughput = request.OnDemandThroughput is { } limits
                ? (table.OnDemandThroughput ?? new ThroughputLimits(null, null)).MergedWith(limits)
                : table.OnDemandThroughput,
        };
        return TryBilling(table, request, ref changed) ?? TryEncryption(table, request.Encryption, ref changed);
    }

    private DynamoError? TryBilling(TableDescription table, UpdateTable request, ref TableDescription changed)
    {
        bool isOnDemand = table.BillingMode == "PAY_PER_REQUEST";
        if (request.BillingMode == "PAY_PER_REQUEST" && !isOnDemand)
        {
            changed = changed with
            {
                BillingMode = request.BillingMode,
                LastUpdateToPayPerRequest = clock.Now,
                ProvisionedThroughput = new ProvisionedThroughput(0, 0),
            };
            return null;
        }

        if (request.BillingMode == "PROVISIONED" && table.VectorIndexes.Count > 0)
        {
            return VectorFaults.NeedsPayPerRequest;
        }

        if (request.ProvisionedThroughput is not { } requested)
        {
            return null;
        }

        if (isOnDemand && request.BillingMode is null)
        {
            return TableUpdateFaults.BillingForbidsThroughput;
        }

        ProvisionedThroughput current = table.ProvisionedThroughput;
        if (requested == current)
        {
            return TableUpdateFaults.SameThroughput(null, current.ReadCapacityUnits, current.WriteCapacityUnits);
        }

        bool isDecrease = IsDecrease(current, requested);
        DateTimeOffset now = throughputTime.GetUtcNow();
        bool isCounted = isDecrease && throughput?.IsEnforced(table.TableName) == true;
        if (isCounted && DecreaseBudget.Check(table.ThroughputDecreases, table.LastThroughputDecrease, now) is { } tooOften)
        {
            return tooOften;
        }

        changed = changed with
        {
            BillingMode = isOnDemand ? request.BillingMode : table.BillingMode,
            ProvisionedThroughput = requested,
            LastThroughputIncrease = requested.ReadCapacityUnits > current.ReadCapacityUnits
                || requested.WriteCapacityUnits > current.WriteCapacityUnits ? now : table.LastThroughputIncrease,
            LastThroughputDecrease = isDecrease ? now : table.LastThroughputDecrease,
            ThroughputDecreases = isDecrease
                ? DecreaseBudget.Today(table.ThroughputDecreases, table.LastThroughputDecrease, now) + (isCounted ? 1 : 0)
                : table.ThroughputDecreases,
        };
        return null;
    }

    private static bool IsDecrease(ProvisionedThroughput current, ProvisionedThroughput requested) =>
        requested.ReadCapacityUnits < current.ReadCapacityUnits || requested.WriteCapacityUnits < current.WriteCapacityUnits;

    private DynamoError? TryEncryption(TableDescription table, EncryptionRequest? request, ref TableDescription changed)
    {
        if (request is null)
        {
            return null;
        }

        EncryptionSetting? requested = names.Encryption(request);
        if (requested == table.Encryption)
        {
            return requested is null ? TableUpdateFaults.EncryptedByDefault : TableUpdateFaults.EncryptedAlready;
        }

        changed = changed with { Encryption = requested };
        return null;
    }

    private DynamoError? TryIndexes(
        Session session, EngineTable table, UpdateTable request, ref TableDescription changed, Dictionary<string, long> newIndexIds)
    {
        foreach (GlobalIndexUpdate update in request.GlobalSecondaryIndexUpdates ?? [])
        {
            EngineIndex? existing = table.FindIndex(update.IndexName!);
            DynamoError? error = update switch
            {
                { Create: { } create } => table.HasIndexOf(create.IndexName)
                    ? TableUpdateFaults.IndexExists
                    : TryCreate(session, table, request, create, ref changed, newIndexIds),
                _ when existing is null => TableUpdateFaults.IndexNotFound(update.IndexName!, table.Name),
                { Delete: not null } => TryDelete(session, table, existing, ref changed),
                _ => TryUpdate(table.Definition, existing, update.Update!, ref changed),
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private DynamoError? TryVectorIndexes(
        Session session, EngineTable table, UpdateTable request, ref TableDescription changed, Dictionary<string, long> newIndexIds)
    {
        foreach (VectorIndexUpdate update in request.VectorIndexUpdates ?? [])
        {
            DynamoError? error = update.Create is { } create
                ? TryCreate(session, table, request, create, ref changed, newIndexIds)
                : TryDelete(session, table, update.Delete!, ref changed);
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private DynamoError? TryCreate(
        Session session, EngineTable table, UpdateTable request, VectorIndexDefinition index, ref TableDescription changed,
        Dictionary<string, long> newIndexIds)
    {
        if (table.HasIndexOf(index.IndexName))
        {
            return TableUpdateFaults.IndexExists;
        }

        if (table.IsFilling)
        {
            return TableUpdateFaults.OneIndexAtATime;
        }

        if (NewIndexRules.TryDefine(changed, request.AttributeDefinitions, index, out IReadOnlyList<AttributeDefinition> definitions)
            is { } error)
        {
            return error;
        }

        changed = changed with
        {
            AttributeDefinitions = definitions,
            VectorIndexes = [.. changed.VectorIndexes, creation.Describe(table.Name, index, "CREATING")],
        };
        newIndexIds.Add(index.IndexName, CreateTableHandler.InsertIndex(session, table.Id, index.IndexName));
        return null;
    }

    private static DynamoError? TryDelete(Session session, EngineTable table, string name, ref TableDescription changed)
    {
        if (table.FindVectorIndex(name) is not { } index)
        {
            return TableUpdateFaults.IndexNotFound(name, table.Name);
        }

        Drop(session, table, index.Id, name);
        changed = NewIndexRules.WithoutOrphans(changed with
        {
            VectorIndexes = [.. changed.VectorIndexes.Where(other => other.Definition.IndexName != name)],
        });
        return null;
    }

    private static void Drop(Session session, EngineTable table, long indexId, string name)
    {
        session.Statement("INSERT INTO dropped (index_id) VALUES (?1)").Bind(1, indexId).Run();
        session.Statement("DELETE FROM indexes WHERE id = ?1").Bind(1, indexId).Run();
        ContributorInsightsHandler.Drop(session, table.Id, name);
    }

    private DynamoError? TryCreate(
        Session session, EngineTable table, UpdateTable request, IndexDefinition index, ref TableDescription changed,
        Dictionary<string, long> newIndexIds)
    {
        if (table.IsFilling)
        {
            return TableUpdateFaults.OneIndexAtATime;
        }

        if (changed.GlobalSecondaryIndexes.Count >= MaxGlobalIndexes)
        {
            return TableUpdateFaults.TooManyIndexes;
        }

        if (NewIndexRules.TryDefine(changed, request.AttributeDefinitions, index, out IReadOnlyList<AttributeDefinition> definitions)
            is { } error)
        {
            return error;
        }

        changed = changed with
        {
            AttributeDefinitions = definitions,
            GlobalSecondaryIndexes = [.. changed.GlobalSecondaryIndexes, creation.Describe(table.Name, index, "CREATING")],
        };
        newIndexIds.Add(index.IndexName, CreateTableHandler.InsertIndex(session, table.Id, index.IndexName));
        return null;
    }

    private static DynamoError? TryDelete(Session session, EngineTable table, EngineIndex index, ref TableDescription changed)
    {
        string name = index.Info.IndexName;
        if (!index.Info.IsGlobal)
        {
            return TableUpdateFaults.NotGlobal("delete", name);
        }

        Drop(session, table, index.Id, name);
        changed = NewIndexRules.WithoutOrphans(changed with
        {
            GlobalSecondaryIndexes = [.. changed.GlobalSecondaryIndexes.Where(other => other.Definition.IndexName != name)],
        });
        return null;
    }

    private DynamoError? TryUpdate(
        TableDescription before, EngineIndex index, GlobalIndexUpdate.ThroughputUpdate update, ref TableDescription changed)
    {
        if (!index.Info.IsGlobal)
        {
            return TableUpdateFaults.NotGlobal("update", update.IndexName);
        }

        IndexDescription current = changed.GlobalSecondaryIndexes.First(other => other.Definition.IndexName == update.IndexName);
        if (update.ProvisionedThroughput is { } asked)
        {
            if (changed.BillingMode == "PAY_PER_REQUEST")
            {
                return TableUpdateFaults.IndexForbidsThroughput(update.IndexName);
            }

            if (asked == current.Definition.ProvisionedThroughput)
            {
                return TableUpdateFaults.SameThroughput(update.IndexName, asked.ReadCapacityUnits, asked.WriteCapacityUnits);
            }
        }

        // On the way back from on demand, what the index had before is no measure.
        bool hadCapacity = before.BillingMode != "PAY_PER_REQUEST";
        IndexDescription lowered = current;
        if (hadCapacity && update.ProvisionedThroughput is { } requested && current.Definition.ProvisionedThroughput is { } had
            && IsDecrease(had, requested) && throughput?.IsEnforced(before.TableName) == true)
        {
            DateTimeOffset now = throughputTime.GetUtcNow();
            if (DecreaseBudget.Check(current.ThroughputDecreases, current.LastThroughputDecrease, now) is { } tooOften)
            {
                return tooOften;
            }

            lowered = current with
            {
                LastThroughputDecrease = now,
                ThroughputDecreases = DecreaseBudget.Today(current.ThroughputDecreases, current.LastThroughputDecrease, now) + 1,
            };
        }

        IndexDefinition definition = current.Definition with
        {
            ProvisionedThroughput = update.ProvisionedThroughput ?? current.Definition.ProvisionedThroughput,
            OnDemandThroughput = update.OnDemandThroughput ?? current.Definition.OnDemandThroughput,
            WarmThroughput = update.WarmThroughput ?? current.Definition.WarmThroughput,
        };
        changed = changed with
        {
            GlobalSecondaryIndexes =
            [
                .. changed.GlobalSecondaryIndexes.Select(other => other == current ? lowered with { Definition = definition } : other),
            ],
        };
        return null;
    }

    /// <summary>The table before and after with a stream that is new, or why nothing changed.</summary>
    private sealed record Result(DynamoError? Error, EngineTable? Old = null, EngineTable? New = null, EngineStream? Stream = null);
}
