using DaxProxy.Capacity;
using DaxProxy.Options;

namespace DaxProxy.Tests.Capacity;

/// <summary>A load of requests that a test makes, and plans around it.</summary>
internal sealed class ListedLoad(Func<IEnumerable<CapacityRequest>> requests) : CapacityLoad
{
    public override string Description => "listed";

    public override IReadOnlyList<string> Tables { get; } = ["table", "other"];

    public override IEnumerable<string> Assumptions => [];

    public override IEnumerable<CapacityRequest> Requests(Action<double> reach) => requests();

    public static CapacityPlan PlanOf(CapacityLoad load, params CapacityMode[] modes) => new()
    {
        Load = load,
        Modes = modes,
        MinUnits = 1,
        MaxUnits = 40_000,
        Target = 70,
        Prices = UnitPrices.Of("us-east-1"),
        CacheBytes = 1 << 20,
        TimeToLive = TimeSpan.FromMinutes(5),
        QueryTimeToLive = TimeSpan.FromMinutes(5),
        Seed = 1,
        Out = "",
        Command = "daxproxy capacity",
    };

    /// <summary>Requests of one item each, of keys one after the other, at a steady rate.</summary>
    public static IEnumerable<CapacityRequest> Steady(
        CapacityKind kind, double perSecond, double seconds, int bytes, int keys = int.MaxValue, double from = 0, bool isConsistent = false)
    {
        long count = (long)(perSecond * seconds);
        for (long number = 0; number < count; number++)
        {
            ulong key = (ulong)(number % keys) + 1;
            TimeSpan at = TimeSpan.FromSeconds(from + (number / perSecond));
            yield return new CapacityRequest(at, 0, kind, [new CapacityItem(key, key, bytes)])
            {
                IsConsistent = isConsistent,
            };
        }
    }
}
