using DaxProxy.Load;

namespace DaxProxy.Report;

/// <summary>What one connection of a report's load sends over DAX: reads of items, drawn with a seed.</summary>
/// <param name="table">Their table.</param>
/// <param name="plan">The load.</param>
/// <param name="keys">What chooses the items; shared.</param>
/// <param name="tally">Where replies are counted.</param>
/// <param name="seed">The same seed asks for the same.</param>
internal sealed class DaxSource(string table, ReportPlan plan, KeyChooser keys, Tally tally, int seed) : ILoadSource
{
    private readonly Random random = new(seed);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next()
    {
        (string partition, string sort) = RequestBodies.KeyOf(keys.Next(random, plan.Workload.Items), plan.ItemsOfPartition);
        return DaxRequests.GetItem(table, partition, sort);
    }

    /// <inheritdoc/>
    public void Answered(ReadOnlySpan<byte> reply, long nanoseconds) =>
        tally.CountRead(RequestKind.Read, nanoseconds, isHit: false, halfUnits: 0, isWrong: reply.Length <= RequestBodies.SortChars);

    /// <inheritdoc/>
    public bool MayGoOn(Exception fault) => false;
}
