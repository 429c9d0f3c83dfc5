using System.CommandLine;
using DaxProxy.Bench.Hits;
using DaxProxy.Bench.Load;
using DaxProxy.Bench.Micro;

// hit-ratio, cache-cost: the core of the caches (Hits/). micro: single steps, with BenchmarkDotNet (Micro/). budgets: what they may allocate (budgets.json). load: over loopback (Load/).
RootCommand root = new("Measurements of DaxProxy")
{
    HitRatioCommand.Create(),
    CostCommand.Create(),
    MicroCommand.Create(),
    BudgetsCommand.Create(),
    OverheadCommand.Create(),
    LoadCommand.Create(),
    LoadCommand.CreateConstant(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
