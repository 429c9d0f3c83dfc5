using DaxProxy.Bench.Load;
using DaxProxy.Bench.Micro;

namespace DaxProxy.Bench.Suite;

/// <summary>What hits allocate.</summary>
internal static class AllocationRows
{
    public static Task<IReadOnlyList<SuiteRow>> RunAsync()
    {
        IReadOnlyDictionary<string, double> bytes = BudgetsCommand.Measure(["Wire.CachedGetItem-Wire.ConstantReply", "Dax.CachedGetItem"]);
        return Task.FromResult<IReadOnlyList<SuiteRow>>(
        [
            new(
                "allocated for a hit, JSON, beyond what Kestrel allocates", "bytes; 128 are the text of the request's id",
                Bound.AtMost(0, "B"), Spread.Of([bytes["Wire.CachedGetItem-Wire.ConstantReply"]])),
            new("allocated for a hit, DAX", "bytes", Bound.AtMost(0, "B"), Spread.Of([bytes["Dax.CachedGetItem"]])),
        ]);
    }
}
