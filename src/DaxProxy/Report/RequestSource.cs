using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>What one connection of a report's load sends: requests as the workload wants them, drawn with a seed.</summary>
/// <param name="target">Where the requests go.</param>
/// <param name="items">The items of that target.</param>
/// <param name="plan">The load.</param>
/// <param name="keys">What chooses the items; shared.</param>
/// <param name="tally">Where replies are counted.</param>
/// <param name="seed">The same seed asks for the same, as far as no other connection is writing it.</param>
internal sealed class MixSource(Target target, ItemSet items, ReportPlan plan, KeyChooser keys, Tally tally, int seed) : ILoadSource
{
    /// <summary>Name of the error of a connection that breaks.</summary>
    public const string ConnectionBroken = "ConnectionBroken";

    private const int ReadUnitBytes = 4096;
    private const int WriteUnitBytes = 1024;
    private const int Draws = 100;

    private readonly Workload workload = plan.Workload;
    private readonly RequestBodies bodies = new(target.Table, plan.ItemsOfPartition, plan.Workload.ItemBytes);
    private readonly RequestWriter writer = target.NewWriter();
    private readonly Random random = new(seed);
    private RequestKind kind;
    private int item;
    private bool writesNext;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next()
    {
        if (writesNext)
        {
            writesNext = false;
            return Write(item);
        }

        double draw = random.NextDouble();
        if ((draw -= workload.Updates) < 0)
        {
            return Write(keys.Next(random, items.Count));
        }

        if ((draw -= workload.Inserts) < 0)
        {
            return Insert();
        }

        item = keys.Next(random, items.Count);
        if ((draw -= workload.Scans) < 0)
        {
            kind = RequestKind.Scan;
            return writer.Write(RequestBodies.Query, bodies.Page(item, workload.ScanItems));
        }

        writesNext = draw - workload.ReadModifyWrites < 0;
        kind = RequestKind.Read;
        return writer.Write(RequestBodies.GetItem, bodies.Get(item));
    }

    /// <inheritdoc/>
    public void Answered(ReadOnlySpan<byte> reply, long nanoseconds)
    {
        int status = ReplyText.Status(reply);
        bool isOk = status == StatusCodes.Status200OK;
        if (kind == RequestKind.Write)
        {
            // What was refused had no effect; what failed may still have one.
            items.EndWrite(item, isOk ? true : status is >= 400 and < 500 ? false : null);
        }

        if (!isOk)
        {
            tally.CountError(ReplyText.ErrorName(reply) ?? $"HTTP {status}");
        }
        else if (kind == RequestKind.Write)
        {
            tally.CountWrite(nanoseconds, UnitsOf(workload.ItemBytes, WriteUnitBytes));
        }
        else
        {
            long bytes = workload.ItemBytes * (kind == RequestKind.Scan ? (long)ReplyText.Count(reply) : 1);
            Span<byte> key = stackalloc byte[16];
            bool isWrong = reply.IndexOf(key[..RequestBodies.WriteSortKey(key, item)]) < 0;
            tally.CountRead(kind, nanoseconds, ReplyText.IsHit(reply), UnitsOf(bytes, ReadUnitBytes), isWrong);
        }
    }

    /// <inheritdoc/>
    public bool MayGoOn(Exception fault)
    {
        // A write under way stays so for ever: it is not known whether it arrives.
        tally.CountError(ConnectionBroken);
        writesNext = false;
        return true;
    }

    private static int UnitsOf(long bytes, int unit) => (int)Math.Max(1, (bytes + unit - 1) / unit);

    private ReadOnlyMemory<byte> Write(int wanted)
    {
        int version;
        for (int draw = 0; !items.TryBeginWrite(wanted, out version); draw++)
        {
            // Another writer has it. All items are being written only where nearly none are left to write.
            if (draw == Draws)
            {
                return Insert();
            }

            wanted = keys.Next(random, items.Count);
        }

        return Put(wanted, version);
    }

    private ReadOnlyMemory<byte> Insert()
    {
        int added = items.BeginInsert();
        return added >= 0 ? Put(added, version: 1) : Write(random.Next(items.Count));
    }

    private ReadOnlyMemory<byte> Put(int written, int version)
    {
        item = written;
        kind = RequestKind.Write;
        return writer.Write(RequestBodies.PutItem, bodies.Put(item, version));
    }
}
