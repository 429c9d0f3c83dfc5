using System.CommandLine;
using DaxProxy.Bench.Compare;
using DaxProxy.Bench.Load;
using DaxProxy.Bench.Micro;

// micro: single steps, with BenchmarkDotNet (Micro/). budgets: what they may allocate (budgets.json). load: over loopback (Load/).
// compare: against other emulators (Compare/).
RootCommand root = new("Measurements of DaxProxy")
{
    MicroCommand.Create(),
    BudgetsCommand.Create(),
    OverheadCommand.Create(),
    LoadCommand.Create(),
    LoadCommand.CreateConstant(),
    CompareCommand.Create(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
