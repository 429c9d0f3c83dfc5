using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>Requests in the shares of a workload, drawn with a seed.</summary>
/// <param name="workload">The load.</param>
/// <param name="keys">What chooses the items; shared.</param>
/// <param name="seed">The same seed draws the same, as long as there are as many items.</param>
internal sealed class MixDraws(Workload workload, KeyChooser keys, int seed) : IDraws
{
    private readonly Random random = new(seed);
    private int? toWrite;

    /// <inheritdoc/>
    public Draw Next(int items)
    {
        if (toWrite is { } read)
        {
            toWrite = null;
            return new Draw(RequestKind.Write, read);
        }

        double draw = random.NextDouble();
        if ((draw -= workload.Updates) < 0)
        {
            return new Draw(RequestKind.Write, Another(items));
        }

        if ((draw -= workload.Inserts) < 0)
        {
            return new Draw(RequestKind.Write, Draw.NewItem);
        }

        int item = Another(items);
        if ((draw -= workload.Scans) < 0)
        {
            return new Draw(RequestKind.Scan, item) { Most = workload.ScanItems };
        }

        toWrite = draw - workload.ReadModifyWrites < 0 ? item : null;
        return new Draw(RequestKind.Read, item);
    }

    /// <inheritdoc/>
    public int Another(int items) => keys.Next(random, items);
}
