using System.Runtime.InteropServices;
using DaxProxy.Core.Errors;
using DaxProxy.Engine.Catalog;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Throughput;

/// <summary>What one request has taken for its writes. Its change may run more than once, and each run begins with nothing taken.</summary>
/// <remarks>For the writer's thread.</remarks>
internal sealed class WriteAccount(ThroughputGuard guard)
{
    private readonly List<Share> taken = [];

    /// <summary>Gives back what was taken: a run begins, or all of it was undone.</summary>
    public void Clear()
    {
        if (taken.Count > 0)
        {
            guard.PutBack(taken);
            taken.Clear();
        }
    }

    /// <summary>Counts what was taken, once it is committed.</summary>
    public void Settle() => guard.Note(CollectionsMarshal.AsSpan(taken));

    /// <summary>Makes one write, or refuses it and leaves no trace of it.</summary>
    /// <param name="rows">The rows to change.</param>
    /// <param name="table">The table.</param>
    /// <param name="row">Where the item lies.</param>
    /// <param name="write">The write.</param>
    public WriteEffect Make(ItemRows rows, EngineTable table, RowKey row, Func<ItemRows, WriteEffect> write)
    {
        if (!guard.IsEnforced(table.Name))
        {
            WriteEffect unlimited = write(rows);
            taken.AddRange(Share.OfWrite(unlimited, row, 1));
            return unlimited;
        }

        rows.Session.Statement("SAVEPOINT metered").Run();
        WriteEffect effect = write(rows);
        Share[] shares = Share.OfWrite(effect, row, 1);
        if (guard.TryTake(shares) is { } refusal)
        {
            rows.Session.Statement("ROLLBACK TO metered").Run();
            effect = new WriteEffect(effect.Table) { Error = refusal, IsThrottled = true };
        }
        else
        {
            taken.AddRange(shares);
        }

        rows.Session.Statement("RELEASE metered").Run();
        return effect;
    }

    /// <summary>Takes what the writes of a transaction need. Returns the refusal of each, with which nothing is taken, or null.</summary>
    public List<DynamoError?>? TryTakeAll(IReadOnlyList<Share[]> writes)
    {
        if (guard.TryTakeAll(writes) is { } refusals)
        {
            return refusals;
        }

        taken.AddRange(writes.SelectMany(shares => shares));
        return null;
    }
}
