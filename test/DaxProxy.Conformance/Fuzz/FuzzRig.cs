using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DaxProxy.Backends;
using DaxProxy.Conformance.Protocol;
using DaxProxy.Hosting;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>A proxy of its own over an engine in memory, with the tables that inputs name, and its log.</summary>
internal sealed partial class FuzzRig : IAsyncDisposable
{
    private readonly BackendStack stack;
    private readonly DaxProxyHost host;

    private FuzzRig(BackendStack stack, DaxProxyHost host, FuzzLog log)
    {
        this.stack = stack;
        this.host = host;
        Log = log;
    }

    /// <summary>What must not be logged.</summary>
    public FuzzLog Log { get; }

    /// <summary>Starts it.</summary>
    public static async Task<FuzzRig> StartAsync()
    {
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0, MaxRequestBytes = 1 << 20, HeadersTimeout = TimeSpan.FromSeconds(5) },
            Dax = new DaxOptions { Port = 0, TlsPort = 0 },
            Backend = new BackendOptions { InMemory = true },
            ItemCache = new ItemCacheOptions { MaxBytes = 1 << 20 },
            QueryCache = new QueryCacheOptions { MaxBytes = 1 << 20 },
        };
        FuzzLog log = new();
        BackendStack stack = BackendStack.Create(options, TimeProvider.System);
        FuzzRig rig = new(stack, await DaxProxyHost.StartAsync(options, stack, log, TimeProvider.System), log);
        using HttpClient client = new();
        foreach (string table in RequestGrammar.Tables.Concat(RecordedTables()))
        {
            using HttpRequestMessage request =
                new(HttpMethod.Post, $"http://{rig.host.DataEndPoint}/") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(table)) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.0");
            request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810.CreateTable");
            request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
            request.Headers.TryAddWithoutValidation("Authorization", HostFixture.Signature);
            using HttpResponseMessage response = await client.SendAsync(request);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
            }
        }

        return rig;
    }

    /// <summary>A front end of it.</summary>
    public FuzzFront Front(string name) => name switch
    {
        "http1" => new HttpFuzz(host.DataEndPoint),
        "http2" => new Http2Fuzz(host.DataEndPoint),
        "dax" => new DaxFuzz(host.DaxEndPoint!),
        "admin" => new AdminFuzz(host.AdminEndPoint),
        _ => throw new ArgumentException($"There is no front end '{name}': http1, http2, dax, admin.", nameof(name)),
    };

    /// <summary>How many exceptions have reached a front end, as the operator is told.</summary>
    public async Task<long> CountFaultsAsync()
    {
        using HttpClient client = new();
        string metrics = await client.GetStringAsync(new Uri($"http://{host.AdminEndPoint}/metrics"));
        MatchCollection counts = FaultCounts().Matches(metrics);
        return counts.Count == Enum.GetValues<Frontend>().Length
            ? counts.Sum(count => long.Parse(count.Groups[1].Value, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException("The metrics do not count the faults of each front end: " + metrics);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        stack.Dispose();
        Log.Dispose();
    }

    [GeneratedRegex("^daxproxy_frontend_faults_total\\{[^}]*\\} ([0-9]+)", RegexOptions.Multiline)]
    private static partial Regex FaultCounts();

    /// <summary>The tables of the recorded sessions of DAX clients: their key attributes with their types.</summary>
    private static IEnumerable<string> RecordedTables()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "dax-wire.json")));
        foreach (JsonProperty table in golden.RootElement.GetProperty("tables").EnumerateObject())
        {
            JsonProperty[] key = [.. table.Value.EnumerateObject()];
            string schema = string.Join(
                ',',
                key.Select((attribute, at) => $$"""{"AttributeName":"{{attribute.Name}}","KeyType":"{{(at == 0 ? "HASH" : "RANGE")}}"}"""));
            string types = string.Join(
                ',',
                key.Select(attribute => $$"""{"AttributeName":"{{attribute.Name}}","AttributeType":"{{attribute.Value.GetString()}}"}"""));
            yield return $$"""{"TableName":"{{table.Name}}","BillingMode":"PAY_PER_REQUEST","KeySchema":[{{schema}}],"AttributeDefinitions":[{{types}}]}""";
        }
    }
}
