using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>Hits over both protocols, against a constant reply of the same bytes and against each other.</summary>
internal static class HitRows
{
    private const string VerifiedAlone = "requests/s with signatures verified alone";
    private const string Always = """{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}""";

    /// <summary>A condition that the key of each item of the load fulfils, and each is compared with.</summary>
    private const string ByKey =
        """{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["other","user#*"]}}}""";

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        LoadReport json = await LoadRun.RunAsync(settings.PlanOf("GetItem")).ConfigureAwait(false);
        LoadReport verified = await LoadRun.RunAsync(settings.PlanOf("GetItem", verify: true)).ConfigureAwait(false);
        LoadReport always = await LoadRun.RunAsync(settings.PlanOf("GetItem", verify: true, statements: Always)).ConfigureAwait(false);
        LoadReport byKey = await LoadRun.RunAsync(settings.PlanOf("GetItem", verify: true, statements: ByKey)).ConfigureAwait(false);
        LoadReport query = await LoadRun.RunAsync(settings.PlanOf("Query")).ConfigureAwait(false);
        LoadReport dax = await LoadRun.RunAsync(settings.PlanOf("GetItem", isDax: true)).ConfigureAwait(false);
        return
        [
            new("cached GetItem, JSON", "requests/s of a constant reply", Bound.AtLeast(1.05), Throughput(json)),
            new("the same", "p99 of a constant reply", Bound.AtMost(1.1), json.RatioOf(result => result.P99)),
            new("the same, signatures verified", "requests/s of a constant reply", Bound.AtLeast(0.80), Throughput(verified)),
            new("the same, and a policy that always allows", VerifiedAlone, Bound.AtLeast(0.97), Beside(verified, always)),
            new("the same, and a policy with LeadingKeys", VerifiedAlone, Bound.AtLeast(0.93), Beside(verified, byKey)),
            new("cached Query of 20 items", "requests/s of a constant reply", Bound.AtLeast(1), Throughput(query)),
            new("cached GetItem, DAX", "requests/s of JSON", null, Throughput(dax)),
            new("the same", "server CPU of JSON", null, dax.RatioOf(result => result.ServerMicroseconds)),
        ];
    }

    /// <summary>One load against another, each as a part of the constant reply beside it, as the two were not run in turns.</summary>
    private static Spread Beside(LoadReport alone, LoadReport other) =>
        Spread.Of([Throughput(other).Median / Throughput(alone).Median]);

    private static Spread Throughput(LoadReport report) => report.RatioOf(result => result.RequestsPerSecond);
}
