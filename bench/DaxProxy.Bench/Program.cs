using System.CommandLine;
using DaxProxy.Bench.Baselines;
using DaxProxy.Bench.Checksums;
using DaxProxy.Bench.Compare;
using DaxProxy.Bench.Flood;
using DaxProxy.Bench.Group;
using DaxProxy.Bench.Growth;
using DaxProxy.Bench.Hits;
using DaxProxy.Bench.Load;
using DaxProxy.Bench.Micro;
using DaxProxy.Bench.Miss;
using DaxProxy.Bench.Report;
using DaxProxy.Bench.Scale;
using DaxProxy.Bench.Soak;
using DaxProxy.Bench.Suite;
using DaxProxy.Bench.Throttle;
using DaxProxy.Bench.Transfers;

// micro: single steps, with BenchmarkDotNet (Micro/). budgets: what they may allocate (budgets.json). load: over loopback (Load/).
// hit-ratio, cache-cost: the core of the caches (Hits/). growth: requests by how much is cached (Growth/). compare: against other emulators
// (Compare/). scale: many items against few (Scale/). checksums: what page checksums cost (Checksums/). flood: what large requests of
// strangers and friends take of memory (Flood/). soak, dax-soak: whether anything grows or stalls that should not (Soak/). miss: what the
// proxy adds to a remote backend (Miss/). group: what a write costs that other members hear of (Group/). throttle: what a backend that
// refuses half does to hits and to itself (Throttle/). report: whether the product's own report says of loads that are known what is true
// of them (Report/). transfers: imports, exports and bulk puts, and the memory that they take (Transfers/).
RootCommand root = new("Measurements of DaxProxy")
{
    SuiteCommand.Create(),
    HitRatioCommand.Create(),
    CostCommand.Create(),
    GrowthCommand.Create(),
    ChecksumsCommand.Create(),
    MicroCommand.Create(),
    BudgetsCommand.Create(),
    OverheadCommand.Create(),
    LoadCommand.Create(),
    LoadCommand.CreateConstant(),
    BaselinesCommand.Create(),
    BaselinesCommand.CreateYarp(),
    CompareCommand.Create(),
    ScaleCommand.Create(),
    SoakCommand.Create(),
    DaxSoakCommand.Create(),
    FloodCommand.Create(),
    MissCommand.Create(),
    GroupCommand.Create(),
    ThrottleCommand.Create(),
    ThrottleCommand.CreateLink(),
    ReportCommand.Create(),
    TransferCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
