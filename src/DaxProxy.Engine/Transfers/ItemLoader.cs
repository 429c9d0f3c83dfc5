using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Buckets;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Formats;
using DaxProxy.Engine.Items;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Transfers;

/// <summary>
/// Puts the items of objects into a table, some at a time, so that clients' writes are served in between. While some are being written, the
/// next are read; no more than that is held.
/// </summary>
/// <remarks>
/// Thread-safe. Each step is one change of items in the background (<see cref="WriteQueue"/>), so caches know of its items before any
/// later write is acknowledged; how far the whole is, is committed with it.
/// </remarks>
internal sealed class ItemLoader(IBucketStore buckets, WriteQueue writes, TimeProvider time)
{
    private const int ItemsPerStep = 100;
    private const int BytesPerStep = 256 << 10;

    /// <summary>As PutItem is worded, but without what stands around it there.</summary>
    private const ValidationLayer Layer = ValidationLayer.Older;

    /// <summary>Loads until the objects end, or its client cancels it.</summary>
    /// <exception cref="TransferFailureException">It cannot go on.</exception>
    /// <exception cref="OperationCanceledException">The process ends.</exception>
    public async Task LoadAsync(LoadPlan plan, CancellationToken stopping)
    {
        Task<double>? writing = null;
        double units = 0;
        long began = time.GetTimestamp(), bytesBefore = 0;
        try
        {
            foreach (BucketObject found in plan.Objects)
            {
                using Stream content = buckets.OpenRead(plan.Input.Place.Bucket, found.Key)
                    ?? throw new TransferFailureException("S3NoSuchKey", $"The object {found.Key} is gone.");
                using RecordReader reader = RecordReaders.Open(content, plan.Input, plan.Run.State.TableName, plan.Definition, Layer);
                LoadStep? step = null;
                while (step is not { IsLast: true })
                {
                    step = Prepare(plan, found.Key, reader);
                    step.Bytes = bytesBefore + (step.IsLast ? found.Bytes : Math.Min(content.Position, found.Bytes));
                    units += writing is null ? 0 : await writing.ConfigureAwait(false);
                    writing = null;
                    stopping.ThrowIfCancellationRequested();
                    await KeepPaceAsync(plan, units, began, stopping).ConfigureAwait(false);
                    if (plan.Run.IsCancelled)
                    {
                        return;
                    }

                    writing = WriteAsync(plan, step);
                }

                bytesBefore += found.Bytes;
            }
        }
        finally
        {
            // However this ends: what has been begun is in the counts.
            if (writing is not null)
            {
                await writing.ConfigureAwait(false);
            }
        }
    }

    private async Task KeepPaceAsync(LoadPlan plan, double units, long began, CancellationToken stopping)
    {
        if (plan.MaxUnitsPerSecond is { } most
            && TimeSpan.FromSeconds(units / most) - time.GetElapsedTime(began) is var early && early > TimeSpan.Zero)
        {
            await Task.Delay(early, time, stopping).ConfigureAwait(false);
        }
    }

    private static LoadStep Prepare(LoadPlan plan, string key, RecordReader reader)
    {
        EngineTable table = plan.Table()
            ?? throw new TransferFailureException("ResourceNotFoundException", $"The table {plan.Run.State.TableName} is gone.");
        LoadStep step = new(key);
        int bytes = 0;
        while (step.Items.Count + step.Rejected.Count < ItemsPerStep && bytes < BytesPerStep)
        {
            if (TryRead(reader, out ItemRecord? record) is { } damage)
            {
                step.Rejected.Add(new RejectedItem(key, 0, damage, null));
                step.IsLast = true;
                return step;
            }

            if (record is null)
            {
                step.IsLast = true;
                return step;
            }

            AttributeMap? attributes = record.Put?.Item.Value;
            Item? item = attributes is null ? null : Item.FromAttributes(attributes);
            bytes += item?.Json.Length ?? 0;
            DynamoError? error = record.Error
                ?? ItemRules.CheckItem(table, attributes!)
                ?? KeyRules.CheckPaths(table.Info, record.Put!.Condition?.Paths);
            if (error is not null)
            {
                step.Rejected.Add(new RejectedItem(key, record.Line, error, item));
                continue;
            }

            step.Items.Add(new LoadedItem(
                record.Line, table, RowKey.Of(table.KeySchema, attributes!), record.Put!,
                new StoredItem(item!, ItemSize.OnPage(attributes!, table.KeySchema.RangeName))));
        }

        return step;
    }

    /// <summary>The next record, null at the end; or why no more of the object can be read.</summary>
    private static DynamoError? TryRead(RecordReader reader, out ItemRecord? record)
    {
        try
        {
            record = reader.Read();
            return null;
        }
        catch (Exception fault) when (RecordReaders.IsDamage(fault))
        {
            record = null;
            return TransferFaults.NotOfFormat("such object");
        }
    }

    /// <summary>Puts the items of a step and gives the write units that this took.</summary>
    private async Task<double> WriteAsync(LoadPlan plan, LoadStep step)
    {
        (List<WriteEffect> effects, List<RejectedItem> rejected) = await writes.RunInBackgroundAsync(
            rows =>
            {
                List<WriteEffect> effects = [];
                List<RejectedItem> rejected = [.. step.Rejected];
                foreach (LoadedItem item in step.Items)
                {
                    WriteEffect effect = plan.Put(rows, item);
                    if (effect.Error is { } error)
                    {
                        rejected.Add(new RejectedItem(step.Key, item.Line, error, item.Stored.Item));
                    }
                    else
                    {
                        effects.Add(effect);
                    }
                }

                TransferRows.Update(rows.Session, Add(plan.Run.State, step, effects, rejected));
                return (effects, rejected);
            },
            done =>
            {
                // What else was committed with this may have changed the state meanwhile.
                plan.Run.Change(state => Add(state, step, done.effects, done.rejected));
                done.effects.ForEach(effect => effect.PublishTotals());
            }).ConfigureAwait(false);
        rejected.ForEach(plan.Rejected);
        return effects.Sum(effect => effect.ConsumedCapacity.TotalUnits);
    }

    private static TransferState Add(TransferState state, LoadStep step, List<WriteEffect> effects, List<RejectedItem> rejected) =>
        state with
        {
            ProcessedItems = state.ProcessedItems + effects.Count + rejected.Count,
            WrittenItems = state.WrittenItems + effects.Count,
            FailedItems = state.FailedItems + rejected.Count(item => !item.IsConditionFailure),
            ProcessedBytes = step.Bytes,
            PutBytes = state.PutBytes + effects.Sum(effect => (long)effect.New!.Item.SizeBytes),
        };
}
