using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Conformance.Policies;
using DaxProxy.Hosting;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Conformance.Fuzz;

/// <summary>A proxy of its own, with the tables, objects and users that inputs name, and its log.</summary>
internal sealed partial class FuzzRig : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Policies = new()
    {
        ["users/full.json"] = Statement("*", "*"),
        ["users/some.json"] = Statement("dynamodb:*Item", "*"),
        ["users/own.json"] =
            """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:Query","dynamodb:PartiQL*"],"Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["a","b"]}}}}""",
        ["users/none.json"] = Statement("s3:*", "*"),
        ["roles/tenant.json"] =
            """{"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":["sts:AssumeRole","sts:TagSession"]}},"Policies":["""
            + Statement("dynamodb:*", "*") + """],"Tags":{"tenant":"b"}}""",
    };

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-fuzz-");
    private readonly FuzzBuckets buckets;
    private BackendStack stack = null!;
    private DaxProxyHost host = null!;
    private FuzzRig? engine;
    private MutatingServer? backend;
    private List<SessionCredentials> keys = [];

    private FuzzRig(Random random) => buckets = new FuzzBuckets(random);

    /// <summary>What must not be logged.</summary>
    public FuzzLog Log { get; } = new();

    /// <summary>Starts what a front end needs: <c>verify</c> and <c>sts</c> one with keys, policies and throughput enforced, <c>remote</c>
    /// and <c>remote-dax</c> one before a backend that damages its answers, others one that lets everyone in.</summary>
    /// <param name="front">The front end.</param>
    /// <param name="random">What chance comes from.</param>
    public static async Task<FuzzRig> StartAsync(string front, Random random)
    {
        FuzzRig rig = new(random);
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0, MaxRequestBytes = 1 << 20, HeadersTimeout = TimeSpan.FromSeconds(5) },
            Dax = new DaxOptions { Port = 0, TlsPort = 0 },
            Backend = new BackendOptions { InMemory = true, Buckets = rig.buckets.Path },
            ItemCache = new ItemCacheOptions { MaxBytes = 1 << 20 },
            QueryCache = new QueryCacheOptions { MaxBytes = 1 << 20 },
        };
        if (front is "verify" or "sts")
        {
            options = options with
            {
                Auth = rig.WriteKeysAndPolicies(),
                Backend = options.Backend with { Throughput = ThroughputMode.Enforce },
            };
        }
        else if (front is "remote" or "remote-dax")
        {
            rig.engine = await StartAsync("http1", random);
            rig.backend = await MutatingServer.StartAsync(new Uri($"http://{rig.engine.host.DataEndPoint}"), random);
            options = options with
            {
                Backend = new BackendOptions
                {
                    Kind = BackendKind.DynamoDb,
                    Endpoint = rig.backend.EndPoint.AbsoluteUri,
                    RequestTimeout = TimeSpan.FromSeconds(5),
                    DataFolder = Path.Combine(rig.folder.FullName, "data"),
                },

                // Nothing is left alone, or every second input would not get through to the backend.
                Resilience = new ResilienceOptions { RetryRatio = 0, BreakMinimum = int.MaxValue },
            };
        }

        rig.stack = BackendStack.Create(options, TimeProvider.System, rig.Log, new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
        rig.host = await DaxProxyHost.StartAsync(options, rig.stack, rig.Log, TimeProvider.System);
        if (rig.backend is null)
        {
            await rig.CreateTablesAsync();
        }
        else
        {
            rig.backend.IsOn = true;
        }

        if (front is "verify" or "sts")
        {
            await rig.TakeOnRoleAsync();
        }

        return rig;
    }

    /// <summary>A front end of it.</summary>
    public FuzzFront Front(string name) => name switch
    {
        "http1" => new HttpFuzz(host.DataEndPoint),
        "http2" => new Http2Fuzz(host.DataEndPoint),
        "dax" => new DaxFuzz(host.DaxEndPoint!, mayFail: false),
        "admin" => new AdminFuzz(host.AdminEndPoint),
        "verify" => new SignedFuzz(host.DataEndPoint, keys),
        "sts" => new StsFuzz(host.DataEndPoint, keys),
        "remote" => new RemoteFuzz(host.DataEndPoint),
        "remote-dax" => new DaxFuzz(host.DaxEndPoint!, mayFail: true),
        _ => throw new ArgumentException(
            $"There is no front end '{name}': http1, http2, dax, admin, verify, sts, remote, remote-dax.", nameof(name)),
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
        if (backend is not null)
        {
            await backend.DisposeAsync();
            await engine!.DisposeAsync();
        }

        Log.Dispose();
        buckets.Dispose();
        folder.Delete(recursive: true);
    }

    private static string Statement(string action, string resource) =>
        $$$"""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"{{{action}}}","Resource":"{{{resource}}}"}}""";

    private AuthOptions WriteKeysAndPolicies()
    {
        string policies = Path.Combine(folder.FullName, "policies"), file = Path.Combine(folder.FullName, "keys");
        foreach ((string path, string text) in Policies)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(policies, path))!);
            File.WriteAllText(Path.Combine(policies, path), text);
        }

        string[] users =
        [
            .. Policies.Keys.Where(path => path.StartsWith("users/", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension)!,
        ];
        keys = [.. users.Select(user => new SessionCredentials(user, "secret-of-" + user, ""))];
        File.WriteAllText(file, string.Concat(keys.Select(
            key => $"[{key.AccessKeyId}]\naws_access_key_id = {key.AccessKeyId}\naws_secret_access_key = {key.SecretAccessKey}\n")));
        return new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = file, PoliciesFolder = policies };
    }

    /// <summary>One of the keys is that of a session.</summary>
    private async Task TakeOnRoleAsync()
    {
        string answer = await PostAsync(
            keys[0], "sts", "application/x-www-form-urlencoded", null,
            "Action=AssumeRole&Version=2011-06-15&RoleSessionName=s1&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Ftenant");
        keys = [.. keys, PolicyHost.CredentialsIn(answer)];
    }

    private async Task CreateTablesAsync()
    {
        SessionCredentials key = keys.FirstOrDefault() ?? new SessionCredentials("any", "any", "");
        foreach (string table in RequestGrammar.Tables.Concat(RecordedTables()))
        {
            await PostAsync(key, "dynamodb", "application/x-amz-json-1.0", "DynamoDB_20120810.CreateTable", table);
        }
    }

    private async Task<string> PostAsync(SessionCredentials key, string service, string contentType, string? target, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        string name = host.DataEndPoint.ToString();
        SignedHead head = SignedHead.Of(key, service, name, contentType, target, bytes, TimeProvider.System.GetUtcNow());
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{name}/") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", head.Timestamp);
        request.Headers.TryAddWithoutValidation("Authorization", head.Authorization);
        if (target is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        }

        using HttpResponseMessage response = await client.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();
        return response.StatusCode == HttpStatusCode.OK ? answer : throw new InvalidOperationException(answer);
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
