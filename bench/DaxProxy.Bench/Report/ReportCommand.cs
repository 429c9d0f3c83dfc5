using System.CommandLine;
using System.Globalization;
using System.Text;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Report;

/// <summary>
/// The command <c>report</c>: the product's own report on loads of which it is known whether the proxy helps. Ends with 1 where it says
/// otherwise.
/// </summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Option<double> seconds = new("--seconds") { Description = "Seconds that each report measures", DefaultValueFactory = _ => 60 };
        Option<double> delay = new("--delay-ms") { Description = "Milliseconds that the backend is away", DefaultValueFactory = _ => 4 };
        Option<double> rate = new("--rate") { Description = "Requests a second; 0 for a closed loop, which this machine must be free for", DefaultValueFactory = _ => 500 };
        Option<DirectoryInfo> output = new("--out") { Description = "Folder for the pages", DefaultValueFactory = _ => new DirectoryInfo("artifacts/report") };
        Option<string?> only = new("--only") { Description = "Only scenarios whose name begins like this" };
        Option<FileInfo?> picture = new("--picture") { Description = "File for a picture of the first page, as SVG" };
        Command command = new("report", "Hold the product's report against loads of which it is known whether the proxy helps") { seconds, delay, rate, output, only, picture };
        command.SetAction(async (parsed, _) =>
        {
            DirectoryInfo folder = parsed.GetValue(output)!;
            folder.Create();
            List<ScenarioResult> results = [];
            string begin = parsed.GetValue(only) ?? "";
            foreach (Scenario scenario in Scenario.All.Where(scenario => scenario.Name.StartsWith(begin, StringComparison.Ordinal)))
            {
                results.Add(await RunAsync(
                    scenario, parsed.GetValue(seconds), parsed.GetValue(delay), parsed.GetValue(rate),
                    folder.FullName).ConfigureAwait(false));
            }

            if (parsed.GetValue(picture) is { } file && results is [var drawn, ..])
            {
                string page = await File.ReadAllTextAsync(
                    Path.Combine(folder.FullName, drawn.Scenario.Name + ".html"), CancellationToken.None).ConfigureAwait(false);
                await File.WriteAllTextAsync(file.FullName, ReportPicture.Draw(page), CancellationToken.None).ConfigureAwait(false);
            }

            Console.WriteLine(ToMarkdown(results, parsed.GetValue(delay)));
            return results.All(result => result.Advice == result.Scenario.Expected) ? 0 : 1;
        });
        return command;
    }

    private static async Task<ScenarioResult> RunAsync(Scenario scenario, double seconds, double delayMs, double rate, string output)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess engine = ServerProcess.StartProxy(folder, noCache: true, synchronous: "normal");
            using ServerProcess link = ServerProcess.StartLink(engine.EndPoint, delayMs);
            Dictionary<string, string> options = [];
            if (scenario.CacheBytes is { } cacheBytes)
            {
                options["DAXPROXY__ItemCache__MaxBytes"] = cacheBytes;
            }

            using ServerProcess proxy = ServerProcess.StartProxyBefore(link.EndPoint, folder, options);
            string workload = scenario.Workload, page = Path.Combine(output, scenario.Name + ".html");
            if (workload.StartsWith('{'))
            {
                workload = Path.Combine(output, scenario.Name + ".workload");
                await File.WriteAllTextAsync(workload, scenario.Workload).ConfigureAwait(false);
            }

            int exitCode = await ServerProcess.RunReportAsync([
                "--direct", $"http://{link.EndPoint}", "--proxied", $"http://{proxy.EndPoint}", "--workload", workload,
                "--seconds", seconds.ToString(CultureInfo.InvariantCulture), "--out", page, "--overwrite",
                .. rate > 0 ? ["--rate", rate.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>()]).ConfigureAwait(false);
            return exitCode == 0 ? ScenarioResult.Read(scenario, Path.ChangeExtension(page, ".json")) : throw new InvalidOperationException($"The report ended with {exitCode}.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ToMarkdown(IReadOnlyList<ScenarioResult> results, double delayMs)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""

            A backend {delayMs} ms away, {Environment.ProcessorCount} cores

            | scenario | advice | expected | mean direct, ms | mean proxied, ms | ratio | p50 ratio | p99 ratio | hits | stale |
            | --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
            """);
        foreach (ScenarioResult result in results)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {result.Scenario.Name} | {result.Advice} | {result.Scenario.Expected}{(result.Advice == result.Scenario.Expected ? "" : ": missed")} | {result.MeanDirect / 1000:0.00} | {result.MeanProxied / 1000:0.00} | {result.MeanProxied / result.MeanDirect:0.000} | {result.P50Ratio:0.000} | {result.P99Ratio:0.000} | {result.HitRatio:0.0 %} | {result.Stale} |");
        }

        if (results is [var first, var again, ..] && first.Scenario.Workload == again.Scenario.Workload)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"""

                Two runs of the same: mean direct {again.MeanDirect / first.MeanDirect - 1:+0.0 %;-0.0 %}, mean proxied {again.MeanProxied / first.MeanProxied - 1:+0.0 %;-0.0 %}, ratio {again.MeanProxied / again.MeanDirect / (first.MeanProxied / first.MeanDirect) - 1:+0.0 %;-0.0 %}
                """);
        }

        return text.ToString();
    }
}
