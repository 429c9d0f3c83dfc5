using System.Text.Json.Nodes;
using DaxProxy.Bench.Load;
using DaxProxy.Load;

namespace DaxProxy.Bench.Suite;

/// <summary>
/// What it costs a hit that the process tells about itself: by default, and with one request in a hundred logged and traced, each against
/// a process that tells nothing.
/// </summary>
internal static class TelemetryRows
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<SuiteRow>> RunAsync(SuiteSettings settings)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-bench-").FullName;
        try
        {
            using ServerProcess collector = ServerProcess.StartConstant(
                new ConstantReply(new Dictionary<string, string> { ["Content-Type"] = "application/x-protobuf" }, ""), bare: false);
            using ServerProcess silent = ServerProcess.StartProxy(
                FolderOf("silent"),
                noCache: false,
                runtimeConfig: WithoutMeters(folder),
                options: new Dictionary<string, string>
                {
                    ["DAXPROXY__Telemetry__HotKeys"] = "off",
                    ["DAXPROXY__Telemetry__LogLevel"] = "none",
                });
            using ServerProcess usual = ServerProcess.StartProxy(FolderOf("usual"), noCache: false);
            using ServerProcess sampled =
                ServerProcess.StartProxy(FolderOf("sampled"), noCache: false, options: new Dictionary<string, string>
                {
                    ["DAXPROXY__Telemetry__AccessLog"] = Path.Combine(folder, "access.log"),
                    ["DAXPROXY__Telemetry__AccessLogSample"] = "0.01",
                    ["DAXPROXY__Telemetry__Otlp"] = $"http://{collector.EndPoint}",
                    ["DAXPROXY__Telemetry__TraceSample"] = "0.01",
                });
            List<Func<Task<LoadResult>>> loads = [];
            List<LoadClient> clients = [];
            foreach (ServerProcess server in new[] { silent, usual, sampled })
            {
                LoadPlan plan = settings.PlanOf("GetItem");
                (byte[][] requests, _) = await LoadRun.PrepareAsync(server, plan).ConfigureAwait(false);
                LoadClient client = new(HttpLoadConnection.Open(server.EndPoint, plan.Connections), requests);
                clients.Add(client);
                await client.RunAsync(WarmUp).ConfigureAwait(false);
                loads.Add(() => server.MeasureAsync(() => client.RunAsync(settings.Round)));
            }

            IReadOnlyList<LoadResult>[] rounds = await Turns.RunAsync(loads, settings.Rounds).ConfigureAwait(false);
            clients.ForEach(client => client.Dispose());
            return
            [
                Row("cached GetItem, telemetry as it is by default", 0.99, 1),
                Row("cached GetItem, 1 % in the access log, 1 % traced", 0.97, 2),
                new("the same", "server CPU of a process that tells nothing", null, Turns.Ratio(rounds[2], rounds[0], result => result.ServerMicroseconds)),
            ];

            SuiteRow Row(string what, double least, int load) => new(
                what,
                "requests/s of a process that tells nothing",
                Bound.AtLeast(least),
                Turns.Ratio(rounds[load], rounds[0], result => result.RequestsPerSecond));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string FolderOf(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
    }

    /// <summary>The product's runtime configuration without meters: nothing is recorded that only instruments record.</summary>
    private static string WithoutMeters(string folder)
    {
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "daxproxy.runtimeconfig.json")))!;
        configuration["runtimeOptions"]!["configProperties"]!["System.Diagnostics.Metrics.Meter.IsSupported"] = false;
        string path = Path.Combine(folder, "silent.runtimeconfig.json");
        File.WriteAllText(path, configuration.ToJsonString());
        return path;
    }
}
