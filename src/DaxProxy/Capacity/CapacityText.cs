using DaxProxy.Report;

namespace DaxProxy.Capacity;

/// <summary>What a simulation came to, in words and as rows of a table; for the terminal and for the page. Pure functions.</summary>
internal static class CapacityText
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Heads of the table's columns.</summary>
    public static IReadOnlyList<string> Heads { get; } =
        ["", "read units/s", "write units/s", "provisioned reads", "provisioned writes", "throttled", "US dollars a month"];

    /// <summary>A row of the table.</summary>
    public static IReadOnlyList<string> RowOf(CapacityResult result, WayFigures way)
    {
        double seconds = result.Duration.TotalSeconds;
        return
        [
            NameOf(way),
            Quantity.Digits(way.ReadUnits / seconds),
            Quantity.Digits(way.WriteUnits / seconds),
            way.Mode == CapacityMode.OnDemand ? "–" : Quantity.Whole(way.ReadUnitSeconds / seconds),
            way.Mode == CapacityMode.OnDemand ? "–" : Quantity.Whole(way.WriteUnitSeconds / seconds),
            Quantity.Share(way.ThrottledShare),
            Quantity.Dollars(result.MonthlyCost(way)),
        ];
    }

    /// <summary>The advice, in one sentence.</summary>
    public static string AdviceOf(CapacityResult result) => result.Best is { } best
        ? $"Cheapest with at most {Quantity.Share(CapacityResult.FewThrottled)} throttled: {NameOf(best)}, "
            + $"{Quantity.Dollars(result.MonthlyCost(best))} a month."
        : $"Each way throttles more than {Quantity.Share(CapacityResult.FewThrottled)} of the requests; give more units.";

    /// <summary>What was simulated, in one line.</summary>
    public static string WhatOf(CapacityResult result) =>
        $"{result.Plan.Load.Description}: {Quantity.Whole(result.Requests)} requests in {Quantity.Seconds(result.Duration)}, "
            + $"of whose reads the caches answer {Quantity.Share(result.HitRatio)}";

    /// <summary>How a way is called.</summary>
    public static string NameOf(WayFigures way) => $"{NameOf(way.Mode)}, {(way.IsCached ? "with the caches" : "without caches")}";

    /// <summary>How a mode is called.</summary>
    public static string NameOf(CapacityMode mode) => mode switch
    {
        CapacityMode.OnDemand => "on demand",
        CapacityMode.AutoScale => "auto scaling",
        _ => "provisioned",
    };

    /// <summary>What has to be known to judge the result.</summary>
    public static IEnumerable<string> AssumptionsOf(CapacityPlan plan) =>
    [
        "What is throttled is not asked again: an SDK would, and make a peak longer instead of losing it.",
        "Buckets are those of the embedded engine: 300 seconds of burst, of which a table has saved none at the beginning; "
            + "3,000 read and 1,000 write units a second for one partition key; on demand 12,000 reads and 4,000 writes a second "
            + "at first, then twice the former peak.",
        $"Auto scaling is the loop that answers for the service here: target {plan.Target:0.#} %, "
            + $"{Quantity.Whole(plan.MinUnits)} to {Quantity.Whole(plan.MaxUnits)} units, no cooldowns, "
            + "lowered four times a day and then once an hour. It begins with the provisioned capacity. "
            + "At AWS a change takes effect some seconds later.",
        plan.ReadUnits is not null && plan.WriteUnits is not null
            ? $"Each table has {Quantity.Whole(plan.ReadUnits.Value)} read and {Quantity.Whole(plan.WriteUnits.Value)} write units "
                + "provisioned."
            : $"Units that were not given are as many as make the mean load of a table {plan.Target:0.#} % of them, "
                + "each way by its own load, known in advance.",
        $"The caches, {Quantity.Whole(plan.CacheBytes / Mebibyte)} MiB of items for {Quantity.Seconds(plan.TimeToLive)}, "
            + $"{Quantity.Whole(plan.QueryCacheBytes / Mebibyte)} MiB of pages for {Quantity.Seconds(plan.QueryTimeToLive)}, "
            + "kept and evicted by the proxy's own rules, begin as the same load has left them that went before: "
            + "a cold start is not shown. "
            + "A throttled read fills them all the same. "
            + "What the proxy runs on is not counted, nor are reads that it makes consistent soon after a write.",
        $"List prices in {plan.Prices.Region}: {Quantity.Dollars(plan.Prices.ReadRequestUnits)} and "
            + $"{Quantity.Dollars(plan.Prices.WriteRequestUnits)} for a million read and write request units, "
            + $"${plan.Prices.ReadCapacityUnits:0.#######} and ${plan.Prices.WriteCapacityUnits:0.#######} "
            + "for a unit of capacity an hour, paid by the second. "
            + "Storage, indexes, streams and backups are left out, and so is reserved capacity.",
        .. plan.Load.Assumptions,
    ];
}
