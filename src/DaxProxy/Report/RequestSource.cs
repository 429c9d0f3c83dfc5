using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>What one connection of a report's load sends: the requests that are drawn for it, and what becomes of them.</summary>
/// <param name="target">Where the requests go.</param>
/// <param name="items">The items of that target.</param>
/// <param name="plan">The load.</param>
/// <param name="draws">What is asked for.</param>
/// <param name="tally">Where replies are counted.</param>
internal sealed class RequestSource(Target target, ItemSet items, ReportPlan plan, IDraws draws, Tally tally) : ILoadSource
{
    /// <summary>Name of the error of a connection that breaks.</summary>
    public const string ConnectionBroken = "ConnectionBroken";

    private const int ReadUnitBytes = 4096;
    private const int WriteUnitBytes = 1024;
    private const int Tries = 100;

    private readonly RequestBodies bodies = new(target.Table, plan.ItemsOfPartition, plan.Workload.ItemBytes);
    private readonly RequestWriter writer = target.NewWriter();
    private Draw drawn;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next()
    {
        drawn = draws.Next(items.Count);
        return drawn switch
        {
            { Kind: RequestKind.Write, Item: Draw.NewItem } => Insert(),
            { Kind: RequestKind.Write } => Write(drawn.Item),
            { Kind: RequestKind.Scan } => writer.Write(RequestBodies.Query, bodies.Page(drawn.Item, drawn.Most, drawn.IsConsistent)),
            { Batch: { } batch } => writer.Write(RequestBodies.BatchGetItem, bodies.BatchGet(batch, drawn.IsConsistent)),
            _ => writer.Write(RequestBodies.GetItem, bodies.Get(drawn.Item, drawn.IsConsistent)),
        };
    }

    /// <inheritdoc/>
    public void Answered(ReadOnlySpan<byte> reply, long nanoseconds)
    {
        int status = ReplyText.Status(reply);
        bool isOk = status == StatusCodes.Status200OK;
        if (drawn.Kind == RequestKind.Write)
        {
            // What was refused had no effect; what failed may still have one.
            items.EndWrite(drawn.Item, isOk ? true : status is >= 400 and < 500 ? false : null);
        }

        if (!isOk)
        {
            tally.CountError(ReplyText.ErrorName(reply) ?? $"HTTP {status}");
        }
        else if (drawn.Kind == RequestKind.Write)
        {
            tally.CountWrite(nanoseconds, UnitsOf(plan.Workload.ItemBytes, WriteUnitBytes));
        }
        else
        {
            Span<byte> key = stackalloc byte[16];
            bool isWrong = reply.IndexOf(key[..RequestBodies.WriteSortKey(key, drawn.Item)]) < 0;
            tally.CountRead(drawn.Kind, nanoseconds, ReplyText.IsHit(reply), HalfUnitsOf(reply), isWrong);
        }
    }

    /// <inheritdoc/>
    public bool MayGoOn(Exception fault)
    {
        // A write under way stays so for ever: it is not known whether it arrives.
        tally.CountError(ConnectionBroken);
        return true;
    }

    private static int UnitsOf(long bytes, int unit) => (int)Math.Max(1, (bytes + unit - 1) / unit);

    /// <summary>A consistent read takes twice as much as another, and each item of a batch counts for itself.</summary>
    private int HalfUnitsOf(ReadOnlySpan<byte> reply)
    {
        int itemBytes = plan.Workload.ItemBytes;
        int units = drawn.Kind == RequestKind.Scan ? UnitsOf(itemBytes * (long)ReplyText.Count(reply), ReadUnitBytes)
            : UnitsOf(itemBytes, ReadUnitBytes) * (drawn.Batch?.Length ?? 1);
        return drawn.IsConsistent ? 2 * units : units;
    }

    private ReadOnlyMemory<byte> Write(int wanted)
    {
        int version;
        for (int tries = 0; !items.TryBeginWrite(wanted, out version); tries++)
        {
            // Another writer has it. All items are being written only where nearly none are left to write.
            if (tries == Tries)
            {
                return Insert();
            }

            wanted = draws.Another(items.Count);
        }

        return Put(wanted, version);
    }

    private ReadOnlyMemory<byte> Insert()
    {
        int added = items.BeginInsert();
        return added >= 0 ? Put(added, version: 1) : Write(draws.Another(items.Count));
    }

    private ReadOnlyMemory<byte> Put(int item, int version)
    {
        drawn = new Draw(RequestKind.Write, item);
        return writer.Write(RequestBodies.PutItem, bodies.Put(item, version));
    }
}
