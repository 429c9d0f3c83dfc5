using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>Hits over both protocols, against a constant reply of the same bytes and against each other.</summary>
internal static class HitRows
{
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
            new("cached GetItem, JSON", "requests/s of a constant reply", Bound.AtLeast(0.90), Throughput(json)),
            new("the same", "p99 of a constant reply", Bound.AtMost(1.25), json.RatioOf(result => result.P99)),
            new("the same, signatures verified", "requests/s of a constant reply", Bound.AtLeast(0.75), Throughput(verified)),
            new("the same, and a policy that always allows", "requests/s of a constant reply", Bound.AtLeast(0.73), Throughput(always)),
            new("the same, and a policy with LeadingKeys", "requests/s of a constant reply", Bound.AtLeast(0.70), Throughput(byKey)),
            new("cached Query of 20 items", "requests/s of a constant reply", Bound.AtLeast(0.85), Throughput(query)),
            new("cached GetItem, DAX", "requests/s of JSON", Bound.AtLeast(1.3), Throughput(dax)),
            new("the same", "server CPU of JSON", null, dax.RatioOf(result => result.ServerMicroseconds)),
        ];
    }

    private static Spread Throughput(LoadReport report) => report.RatioOf(result => result.RequestsPerSecond);
}
