using System.Globalization;
using DaxProxy.Load;
using DaxProxy.Report;

namespace DaxProxy.Capacity;

/// <summary>A workload as a load of one table: requests at a steady rate, or one that swings once up and down.</summary>
/// <param name="workload">What is asked for.</param>
/// <param name="rate">Requests a second, on average.</param>
/// <param name="duration">For how long.</param>
/// <param name="swing">How far the rate goes up and down, as a share of it: 0, for not at all, to 1.</param>
/// <param name="seed">The same seed asks for the same.</param>
internal sealed class WorkloadLoad(Workload workload, double rate, TimeSpan duration, double swing, int seed) : CapacityLoad
{
    private const int ReportEvery = 10_000;

    /// <summary>Spreads numbers of items, so that they can stand for hashes of keys.</summary>
    private const ulong Spread = 0x9E3779B97F4A7C15;

    /// <inheritdoc/>
    public override string Description => string.Create(
        CultureInfo.InvariantCulture,
        $"workload {workload.Name}, {workload.Items:#,0} items of {workload.ItemBytes:#,0} bytes, {rate:#,0.##} requests/s for ")
        + Quantity.Seconds(duration) + (swing > 0 ? $", which swing by {Quantity.Share(swing)} once up and down" : "");

    /// <inheritdoc/>
    public override IReadOnlyList<string> Tables { get; } = ["table"];

    /// <inheritdoc/>
    public override IEnumerable<string> Assumptions =>
    [
        "Requests come at equal distances, not in bursts: real traffic of the same mean is throttled more.",
        "Each item is a partition of its own, and there are no indexes. A page of a query lies in one partition.",
    ];

    /// <inheritdoc/>
    public override IEnumerable<CapacityRequest> Requests(Action<double> reach)
    {
        MixDraws draws = new(workload, workload.Chooser(seed), seed);
        int items = workload.Items;
        double end = duration.TotalSeconds;
        long count = 0;
        for (double now = 0; now < end; now += 1 / RateAt(now / end))
        {
            if (count++ % ReportEvery == 0)
            {
                reach(now / end);
            }

            Draw draw = draws.Next(items);
            int item = draw.Item == Draw.NewItem ? items++ : draw.Item;
            yield return draw.Kind switch
            {
                RequestKind.Scan => new CapacityRequest(
                    TimeSpan.FromSeconds(now), 0, CapacityKind.Page, [ItemOf(item, Math.Max(1, Math.Min(draw.Most, items - item)))])
                {
                    Scopes = [ScopeOf(item), ScopeOf(item + draw.Most - 1)],
                },
                RequestKind.Write => new CapacityRequest(TimeSpan.FromSeconds(now), 0, CapacityKind.Write, [ItemOf(item, 1)])
                {
                    Scopes = [ScopeOf(item)],
                },
                _ => new CapacityRequest(TimeSpan.FromSeconds(now), 0, CapacityKind.Read, [ItemOf(item, 1)]),
            };
        }
    }

    /// <summary>From the trough, at the beginning, over the peak in the middle to the trough again.</summary>
    private double RateAt(double share) => Math.Max(rate * (1 - (swing * Math.Cos(2 * Math.PI * share))), rate / 1000);

    private CapacityItem ItemOf(int item, int count)
    {
        ulong key = unchecked((ulong)(item + 1) * Spread);
        return new CapacityItem(key, key, workload.ItemBytes * count);
    }

    /// <summary>Pages that begin at neighbouring items have the most of their items together.</summary>
    private ulong ScopeOf(int item) => unchecked((ulong)((item / workload.ScanItems) + 1) * Spread);
}
