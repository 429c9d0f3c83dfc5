using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using DaxProxy.Auth;
using DaxProxy.Backends;
using DaxProxy.Conformance.Dax;
using DaxProxy.Conformance.Security;
using DaxProxy.Core.Errors;
using DaxProxy.Engine;
using DaxProxy.Engine.Storage;
using DaxProxy.Hosting;
using DaxProxy.Options;

namespace DaxProxy.Conformance.Policies;

/// <summary>A proxy with policies, in this process, whose users have their own names as ids of their keys and in their secrets.</summary>
internal sealed class PolicyHost : IAsyncDisposable
{
    /// <summary>What stands before the names of tables.</summary>
    public const string Tables = "arn:aws:dynamodb:us-east-1:000000000000:table/";

    private readonly HttpClient http = new();
    private readonly DirectoryInfo folder;
    private readonly IDisposable[] owned;

    private PolicyHost(
        DirectoryInfo folder, RecordingLoggers loggers, BackendStack stack, DaxProxyHost host, TimeProvider time,
        params IDisposable[] owned)
    {
        Loggers = loggers;
        this.folder = folder;
        this.owned = owned;
        Stack = stack;
        Host = host;
        Time = time;
    }

    public BackendStack Stack { get; }

    public DaxProxyHost Host { get; }

    public TimeProvider Time { get; }

    public RecordingLoggers Loggers { get; }

    /// <summary>What requests say of the trace that they belong to; null for nothing.</summary>
    public string? TraceParent { get; set; }

    /// <summary>The folder of everything that was configured.</summary>
    public string Folder => folder.FullName;

    /// <summary>Starts one.</summary>
    /// <param name="files">Files of the policies folder, by their paths in it; each user in them has a key.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="wrap">Puts something around the engine.</param>
    public static async Task<PolicyHost> StartAsync(
        IReadOnlyDictionary<string, string> files,
        Func<ProxyOptions, ProxyOptions>? configure = null,
        TimeProvider? time = null,
        Func<Core.IDynamoBackend, Core.IDynamoBackend>? wrap = null)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-policies-");
        foreach ((string path, string text) in files)
        {
            Write(folder.FullName, path, text);
        }

        string keys = Path.Combine(folder.FullName, "keys");
        await File.WriteAllTextAsync(keys, string.Concat(files.Keys.Where(path => path.StartsWith("users/", StringComparison.Ordinal))
            .Select(path => Path.GetFileNameWithoutExtension(path)).Append("stranger")
            .Select(user => $"[{user}]\naws_access_key_id = {user}\naws_secret_access_key = secret-of-{user}\n")));
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Port = 0 },
            Backend = new BackendOptions { InMemory = true },
            Auth = new AuthOptions { Mode = AuthMode.Verify, CredentialsFile = keys, PoliciesFolder = Path.Combine(folder.FullName, "policies") },
        };
        options = configure is null ? options : configure(options);
        time ??= TimeProvider.System;
        RecordingLoggers loggers = new();
        if (options.Backend.Kind == BackendKind.DynamoDb)
        {
            BackendStack remote = BackendStack.Create(options, time, credentials: new BasicAWSCredentials("AKIDEXAMPLE", "secret"));
            return new PolicyHost(folder, loggers, remote, await DaxProxyHost.StartAsync(options, remote, loggers, time), time, remote);
        }

        if (wrap is null)
        {
            BackendStack whole = BackendStack.Create(options, time);
            return new PolicyHost(folder, loggers, whole, await DaxProxyHost.StartAsync(options, whole, loggers, time), time, whole);
        }

        LocalBackend local = new(new EngineOptions { Region = options.Backend.EffectiveRegion }, ValidationProfile.October2026, time);
        BackendStack stack = new(wrap(local), options, time);
        return new PolicyHost(folder, loggers, stack, await DaxProxyHost.StartAsync(options, stack, loggers, time), time, stack, local);
    }

    /// <summary>Writes a file of the policies folder.</summary>
    public void Write(string path, string text) => Write(Folder, path, text);

    /// <summary>Removes one.</summary>
    public void Delete(string path) => File.Delete(Path.Combine(Folder, "policies", path));

    /// <summary>A client of the AWS SDK with a user's key.</summary>
    public AmazonDynamoDBClient Sdk(string user) => new(
        new BasicAWSCredentials(user, "secret-of-" + user),
        new AmazonDynamoDBConfig { ServiceURL = $"http://{Host.DataEndPoint}", AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });

    /// <summary>Sends a request with a user's key: status and body, without what differs between two of the same.</summary>
    public Task<string> AskAsync(string user, string verb, string body) =>
        AskAsync(new SessionCredentials(user, "secret-of-" + user, ""), verb, body);

    /// <summary>The same with any key.</summary>
    public async Task<string> AskAsync(SessionCredentials key, string verb, string body)
    {
        using HttpResponseMessage response = await SendAsync(
            key, "dynamodb", verb.Contains('.', StringComparison.Ordinal) ? verb : "DynamoDB_20120810." + verb, body);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    /// <summary>Sends a request of STS with a user's key: status and body.</summary>
    public Task<string> AskStsAsync(string user, string form) => AskStsAsync(new SessionCredentials(user, "secret-of-" + user, ""), form);

    /// <summary>The same with any key.</summary>
    public async Task<string> AskStsAsync(SessionCredentials key, string form)
    {
        using HttpResponseMessage response = await SendAsync(key, "sts", null, form);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    /// <summary>Sends a request of another service with a user's key: status and body.</summary>
    /// <param name="user">The user.</param>
    /// <param name="service">The service that it is signed for.</param>
    /// <param name="target">The value of <c>X-Amz-Target</c>; null for a form.</param>
    /// <param name="body">The body.</param>
    public async Task<string> AskServiceAsync(string user, string service, string? target, string body)
    {
        using HttpResponseMessage response = await SendAsync(new SessionCredentials(user, "secret-of-" + user, ""), service, target, body);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    /// <summary>The key of a session in an answer to AssumeRole.</summary>
    public static SessionCredentials CredentialsIn(string answer) => new(
        Element(answer, "AccessKeyId"), Element(answer, "SecretAccessKey"), Element(answer, "SessionToken"));

    /// <summary>What an answer's cache status was: for those who look whether it was a hit, and perhaps ask why.</summary>
    public async Task<string> StatusOfAsync(string user, string verb, string body, bool explains = false)
    {
        using HttpResponseMessage response = await SendAsync(
            new SessionCredentials(user, "secret-of-" + user, ""), "dynamodb", "DynamoDB_20120810." + verb, body, explains);
        return response.Headers.TryGetValues("Cache-Status", out IEnumerable<string>? values) ? string.Join(',', values) : "";
    }

    /// <summary>A connection of the DAX protocol that has said who it is.</summary>
    public Task<DaxTalk> DaxAsync(string user) => DaxAsync(new SessionCredentials(user, "secret-of-" + user, ""));

    /// <summary>The same with any key.</summary>
    public async Task<DaxTalk> DaxAsync(SessionCredentials key)
    {
        DaxTalk talk = await DaxTalk.ConnectAsync(Host.DaxEndPoint!);
        DateTimeOffset now = Time.GetUtcNow();
        string scope = SignatureV4.Scope(now, "us-east-1", ConnectionForm.Service);
        byte[] room = new byte[SignatureV4.MaxStringBytes(scope)];
        byte[] toSign = room[..ConnectionForm.WriteStringToSign(room, ConnectionForm.Host, SignatureV4.Timestamp(now), scope)];
        byte[] signature = new byte[SignatureV4.SignatureBytes];
        new SigningKey(SignatureV4.DeriveKey(key.SecretAccessKey, scope)).Sign(toSign, signature);
        await talk.SendAsync(DaxTalk.Request(1489122155, cbor =>
        {
            cbor.WriteTextString(key.AccessKeyId);
            cbor.WriteTextString(Convert.ToHexStringLower(signature));
            cbor.WriteByteString(toSign);
            if (key.SessionToken.Length > 0)
            {
                cbor.WriteTextString(key.SessionToken);
            }
            else
            {
                cbor.WriteNull();
            }

            cbor.WriteNull();
        }));
        return talk;
    }

    /// <summary>
    /// GetItem of an item with one key of type S, over the DAX protocol: what it was refused with, or how long the answer is.
    /// </summary>
    public async Task<string> DaxGetAsync(string user, string table, string key)
    {
        using DaxTalk talk = await DaxAsync(user);
        return await GetAsync(talk, table, key);
    }

    /// <summary>The same on a connection.</summary>
    public static async Task<string> GetAsync(DaxTalk talk, string table, string key)
    {
        try
        {
            return $"200 {(await talk.CallAsync(DaxTalk.GetItem, cbor =>
            {
                cbor.WriteByteString(Encoding.UTF8.GetBytes(table));
                cbor.WriteByteString(Encoding.UTF8.GetBytes(key));
                cbor.WriteNull();
            })).ReadEncodedValue().Length}";
        }
        catch (DaxRefusal refusal)
        {
            return $"400 {refusal.Message}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Host.DisposeAsync();
        foreach (IDisposable part in owned)
        {
            part.Dispose();
        }

        folder.Delete(recursive: true);
    }

    private static void Write(string folder, string path, string text)
    {
        string file = Path.Combine(folder, "policies", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>What a path of the admin port answers.</summary>
    public async Task<string> AdminAsync(string path) => await http.GetStringAsync($"http://{Host.AdminEndPoint}{path}");

    private async Task<HttpResponseMessage> SendAsync(
        SessionCredentials key, string service, string? target, string body, bool explains = false)
    {
        string type = target is null ? "application/x-www-form-urlencoded" : "application/x-amz-json-1.0";
        string hostName = Host.DataEndPoint.ToString();
        bool hasToken = key.SessionToken.Length > 0;
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        SignedHead head = SignedHead.Of(key, service, hostName, type, target, bytes, Time.GetUtcNow());
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{hostName}/") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.TryAddWithoutValidation("Authorization", head.Authorization);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", head.Timestamp);
        if (hasToken)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Security-Token", key.SessionToken);
        }

        if (target is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        }

        if (TraceParent is not null)
        {
            request.Headers.Add("traceparent", TraceParent);
        }

        if (explains)
        {
            request.Headers.Add("X-DaxProxy-Explain", "1");
        }

        return await http.SendAsync(request);
    }

    private static string Element(string xml, string name)
    {
        Match match = Regex.Match(xml, $"<{name}>([^<]*)</{name}>");
        return match.Success ? match.Groups[1].Value : throw new InvalidOperationException(xml);
    }
}
