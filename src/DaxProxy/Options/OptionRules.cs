using System.Buffers;
using System.Net;
using DaxProxy.Engine.Storage.Encryption;
using StackExchange.Redis;

namespace DaxProxy.Options;

/// <summary>The rules that span options, or that no range can express.</summary>
internal static class OptionRules
{
    private const int AccountDigits = 12;

    private static readonly SearchValues<char> GroupNameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <summary>What reading a stream takes, from one look at its shards to the next.</summary>
    private static readonly TimeSpan ShortestFollowing = TimeSpan.FromSeconds(0.5);

    /// <summary>What is wrong with these options, one line each.</summary>
    public static IEnumerable<string> Check(ProxyOptions options)
    {
        ListenOptions listen = options.Listen;
        if (ToAddress(listen.Host) is not { } address)
        {
            yield return $"Listen:Host: '{listen.Host}' is no address, use an IP address or localhost";
        }
        else if (!IPAddress.IsLoopback(address) && options.Auth.Mode == AuthMode.None && !listen.AllowRemote)
        {
            yield return $"Listen:Host: {listen.Host} is reachable from outside and Auth:Mode is none, so anyone could read and write; "
                + "use 127.0.0.1, set Auth:Mode to verify, or set Listen:AllowRemote to true";
        }

        foreach (string fault in CheckWeb(listen))
        {
            yield return fault;
        }

        foreach (string fault in CheckTls(options))
        {
            yield return fault;
        }

        foreach (string fault in CheckPorts(listen, options.Dax))
        {
            yield return fault;
        }

        foreach (string fault in CheckDax(options.Dax))
        {
            yield return fault;
        }

        if (LogLevelRules.FindFault(options.Telemetry.LogLevels) is { } rule)
        {
            yield return $"Telemetry:LogLevels: '{rule}' is no level of a category, write Category=level with commas between";
        }

        if (options.Telemetry.Otlp.Length > 0
            && !(Uri.TryCreate(options.Telemetry.Otlp, UriKind.Absolute, out Uri? collector)
                && (collector.Scheme == Uri.UriSchemeHttp || collector.Scheme == Uri.UriSchemeHttps)))
        {
            yield return $"Telemetry:Otlp: '{options.Telemetry.Otlp}' is no address, use one such as http://localhost:4318";
        }

        if (options.Telemetry.AccessLog.Length > 0
            && options.Audit.LogFile.Length > 0
            && Path.GetFullPath(options.Telemetry.AccessLog) == Path.GetFullPath(options.Audit.LogFile))
        {
            yield return "Telemetry:AccessLog: Audit:LogFile is the same file, name another one";
        }

        if (FaultRules.TryRead(options.Simulation.Faults, out _) is { } unread)
        {
            yield return $"Simulation:Faults: {unread}";
        }

        bool hasKeys = options.Auth.CredentialsFile.Length > 0;
        if (options.Auth.Mode == AuthMode.Verify && !hasKeys)
        {
            yield return "Auth:CredentialsFile: Auth:Mode is verify and there are no keys to verify with; "
                + "name a file in the format of ~/.aws/credentials";
        }
        else if (options.Auth.Mode == AuthMode.None && hasKeys)
        {
            yield return "Auth:CredentialsFile: Auth:Mode is none, so no client needs these keys; "
                + "set Auth:Mode to verify, or leave the file out";
        }

        foreach (string fault in CheckPolicies(options))
        {
            yield return fault;
        }

        foreach (string fault in CheckBackend(options.Backend))
        {
            yield return fault;
        }

        foreach (string fault in CheckRegions(options))
        {
            yield return fault;
        }

        foreach (string fault in CheckEncryption(options.Backend))
        {
            yield return fault;
        }

        foreach (string fault in CheckGroup(options))
        {
            yield return fault;
        }

        foreach (string fault in CheckFollowed(options))
        {
            yield return fault;
        }

        if (options.Backend.Kind == BackendKind.DynamoDb && options.Resilience.TimeBudget < options.Backend.RequestTimeout)
        {
            yield return "Resilience:TimeBudget: an answer may take Backend:RequestTimeout, which is longer; "
                + "raise the one or lower the other";
        }

        (string Name, TimeSpan Lag)[] lags = [("ReplicaLag", options.Backend.ReplicaLag), ("IndexLag", options.Backend.IndexLag)];
        foreach ((string name, TimeSpan lag) in lags)
        {
            if (lag > TimeSpan.Zero && options.Backend.InMemory)
            {
                yield return $"Backend:{name}: a store in memory has no older states to show; "
                    + $"set Backend:InMemory to false, or Backend:{name} to 0";
            }
        }
    }

    /// <summary>What is wrong with setting an option for tables or indexes of this name or pattern; null for nothing.</summary>
    public static string? CheckTable(OptionKey key, string table) => TablePattern.TryParse(table) is not { } pattern
        ? $"'{table}' names no table, use letters, digits, '_', '-', '.' and '*', with '/' before the name of an index"
        : pattern.Index is not null
                && key.Name is not (nameof(TableOptions.Enabled) or nameof(TableOptions.QueryTimeToLive) or nameof(TableOptions.ServeStale))
            ? $"an index has no {key.Name}, set it for {pattern.Table}, or use Enabled, QueryTimeToLive or ServeStale"
            : null;

    /// <summary>The address to bind; null when the text is none.</summary>
    public static IPAddress? ToAddress(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(host, out IPAddress? address) ? address
        : null;

    /// <summary>
    /// The address of the ports without verified signatures: loopback, unless it was said that they may be reached from outside.
    /// </summary>
    public static IPAddress UnverifiedAddress(ListenOptions listen)
    {
        IPAddress address = ToAddress(listen.Host)!;
        return listen.AllowRemote || IPAddress.IsLoopback(address) ? address : IPAddress.Loopback;
    }

    private static IEnumerable<string> CheckPolicies(ProxyOptions options)
    {
        AuthOptions auth = options.Auth;
        bool hasPolicies = auth.PoliciesFolder.Length > 0;
        if (hasPolicies && auth.Mode == AuthMode.None)
        {
            yield return "Auth:PoliciesFolder: Auth:Mode is none, so no caller is known that a policy could be about; "
                + "set Auth:Mode to verify, or leave the folder out";
        }

        if (!hasPolicies && (auth.DaxActionsOnly || auth.SessionKeyFile.Length > 0 || options.Audit.LogFile.Length > 0))
        {
            string option = auth.DaxActionsOnly ? "Auth:DaxActionsOnly"
                : auth.SessionKeyFile.Length > 0 ? "Auth:SessionKeyFile"
                : "Audit:LogFile";
            yield return $"{option}: there are no policies that it could be about; name a folder by Auth:PoliciesFolder, or leave it out";
        }

        bool isNumber = auth.AccountId.Length == AccountDigits && auth.AccountId.All(char.IsAsciiDigit);
        if (auth.AccountId.Length > 0 && !isNumber)
        {
            yield return $"Auth:AccountId: '{auth.AccountId}' is no number of an account, use 12 digits";
        }
        else if (options.Backend.Kind == BackendKind.Local && auth.AccountId is not ("" or AuthOptions.LocalAccountId))
        {
            yield return $"Auth:AccountId: the embedded engine is the account {AuthOptions.LocalAccountId}; leave it out";
        }
        else if (options.Backend.Kind == BackendKind.DynamoDb && hasPolicies && auth.AccountId.Length == 0)
        {
            yield return "Auth:AccountId: policies name tables by their account; set it to that of the backend, as "
                + "'aws sts get-caller-identity' says it, 000000000000 for most emulators";
        }
    }

    private static IEnumerable<string> CheckFollowed(ProxyOptions options)
    {
        if (options.Auditor.SampleRate > 0 && !options.ItemCache.Enabled && !options.QueryCache.Enabled)
        {
            yield return "Auditor:SampleRate: there is no cache to look at; enable ItemCache or QueryCache, or set it to 0";
        }

        TimeSpan delay = options.Backend.Kind == BackendKind.DynamoDb ? options.Backend.ReplicaSettleTime : options.Backend.ReplicaLag;
        foreach ((string table, TableOptions rule) in options.Tables.Where(rule => rule.Value.FollowStream == true))
        {
            if (rule.DaxCompatible ?? options.QueryCache.DaxCompatible)
            {
                yield return $"Tables:{table}:FollowStream: DaxCompatible answers what was before a change until its life ends, "
                    + $"whatever the stream says; set Tables:{table}:DaxCompatible or FollowStream to false";
            }

            TimeSpan lag = rule.MaxStreamLag ?? TableOptions.DefaultMaxStreamLag;
            if (lag < delay + ShortestFollowing)
            {
                yield return $"Tables:{table}:MaxStreamLag: a stream may show a change as late as reads may miss it "
                    + $"(Backend:{(options.Backend.Kind == BackendKind.DynamoDb ? "ReplicaSettleTime" : "ReplicaLag")}), "
                    + "and reading it takes half a second, so the caches would never answer; raise the one or lower the other";
            }
        }
    }

    private static IEnumerable<string> CheckGroup(ProxyOptions options)
    {
        GroupOptions group = options.Group;
        if (group.Redis.Length == 0)
        {
            yield break;
        }

        if (RedisFault(group.Redis) is { } fault)
        {
            yield return $"Group:Redis: no configuration of StackExchange.Redis ({fault}); use one such as localhost:6379,ssl=true";
        }

        if (options.Backend.Kind == BackendKind.Local)
        {
            yield return "Group:Redis: no other process sees what the embedded engine holds; "
                + "set Backend:Kind to dynamodb, or leave it empty";
        }
        else if (!options.ItemCache.Enabled && !options.QueryCache.Enabled)
        {
            yield return "Group:Redis: there is no cache to keep right; enable ItemCache or QueryCache, or leave it empty";
        }

        if (group.Name.Length is 0 or > 64 || group.Name.AsSpan().ContainsAnyExcept(GroupNameCharacters))
        {
            yield return "Group:Name: use 1 to 64 letters, digits, '_', '.' and '-'";
        }

        if (group.GoneAfter < 4 * group.Lease)
        {
            yield return "Group:GoneAfter: shorter than four times Group:Lease; raise the one or lower the other";
        }
    }

    /// <summary>What is wrong with a configuration string, without anything of what it holds; null for nothing.</summary>
    private static string? RedisFault(string configuration)
    {
        try
        {
            ConfigurationOptions parsed = ConfigurationOptions.Parse(configuration);
            return parsed.EndPoints.Count == 0 ? "it names no server"
                : !parsed.ChannelPrefix.IsNullOrEmpty ? "Group:Name takes the place of channelPrefix"
                : null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            return "it has an option that does not exist, or a value that does not fit";
        }
    }

    private static IEnumerable<string> CheckWeb(ListenOptions listen)
    {
        if (HostRules.FindFault(listen.AllowedHosts) is { } host)
        {
            yield return $"Listen:AllowedHosts: '{host}' is no host, "
                + "use ones such as daxproxy or *.svc.cluster.local, without scheme and port, with commas between them";
        }

        if (OriginRules.FindFault(listen.AllowedOrigins) is { } origin)
        {
            yield return $"Listen:AllowedOrigins: '{origin}' is no origin, "
                + "use ones such as http://localhost:3000, without path and default port, with commas between them, "
                + "or * for every page";
        }
    }

    private static IEnumerable<string> CheckTls(ProxyOptions options)
    {
        ListenOptions listen = options.Listen;
        bool hasTls = listen.CertificateFile.Length > 0;
        if (!hasTls && listen.CertificateKeyFile.Length > 0)
        {
            yield return "Listen:CertificateKeyFile: a key without a certificate; "
                + "name that by Listen:CertificateFile, or leave the key out";
        }

        if (!listen.TlsOnly)
        {
            if (listen.ClientCaFile.Length > 0)
            {
                yield return "Listen:ClientCaFile: the ports in clear text let in clients without a certificate; "
                    + "set Listen:TlsOnly to true, or leave it out";
            }

            if (options.Admin.ClientCaFile.Length > 0)
            {
                yield return "Admin:ClientCaFile: the admin port speaks clear text; set Listen:TlsOnly to true, or leave it out";
            }
        }
        else if (!hasTls)
        {
            yield return "Listen:TlsOnly: there is no certificate to speak TLS with; "
                + "name one by Listen:CertificateFile, or set it to false";
        }
        else if (options.Dax.Enabled && options.Dax.Peers.Length > 0)
        {
            yield return "Dax:Peers: peers are asked in clear text, for which Listen:TlsOnly leaves no port; "
                + "use Group:Redis instead, or set Listen:TlsOnly to false";
        }
    }

    private static IEnumerable<string> CheckPorts(ListenOptions listen, DaxOptions dax)
    {
        bool hasTls = listen.CertificateFile.Length > 0;
        List<(string Name, int Port)> ports = listen.TlsOnly ? [] : [("Listen:Port", listen.Port)];
        if (hasTls)
        {
            ports.Add(("Listen:HttpsPort", listen.HttpsPort));
        }

        ports.Add(("Listen:AdminPort", listen.AdminPort));
        if (dax.Enabled && !listen.TlsOnly)
        {
            ports.Add(("Dax:Port", dax.Port));
        }

        if (dax.Enabled && hasTls)
        {
            ports.Add(("Dax:TlsPort", dax.TlsPort));
        }

        for (int index = 1; index < ports.Count; index++)
        {
            if (ports[index].Port != 0 && ports.FindIndex(other => other.Port == ports[index].Port) is int first && first < index)
            {
                yield return $"{ports[index].Name}: {ports[index].Port} is {ports[first].Name} too, use another one";
            }
        }
    }

    private static IEnumerable<string> CheckDax(DaxOptions dax)
    {
        if (DaxNodes.FindFault(dax.AdvertisedAddress) is not null || dax.AdvertisedAddress.Contains(',', StringComparison.Ordinal))
        {
            yield return $"Dax:AdvertisedAddress: '{dax.AdvertisedAddress}' is no address, use one such as 192.0.2.1 or 192.0.2.1:8111";
        }

        if (DaxNodes.FindFault(dax.Peers) is { } peer)
        {
            yield return $"Dax:Peers: '{peer}' is no address, use ones such as 192.0.2.1 or 192.0.2.1:8111, with commas between them";
        }
    }

    private static IEnumerable<string> CheckEncryption(BackendOptions backend)
    {
        bool hasFile = backend.EncryptionKeyFile.Length > 0;
        string option = hasFile ? "Backend:EncryptionKeyFile" : "Backend:KmsKeyId";
        if (!hasFile && backend.KmsKeyId.Length == 0)
        {
            yield break;
        }

        if (hasFile && backend.KmsKeyId.Length > 0)
        {
            yield return "Backend:KmsKeyId: Backend:EncryptionKeyFile names a key too; leave one of them out";
        }

        if (backend.Kind == BackendKind.DynamoDb)
        {
            yield return $"{option}: a remote backend keeps its own data; leave it out, or set Backend:Kind to local";
        }
        else if (backend.InMemory)
        {
            yield return $"{option}: nothing is kept that could be encrypted; set Backend:InMemory to false, or leave it out";
        }

        // A key that was put where its file's name belongs must not be repeated in a fault.
        if (hasFile && KeyFile.IsKey(backend.EncryptionKeyFile))
        {
            yield return "Backend:EncryptionKeyFile: this is a key; write it to a file for its owner only, and name that";
        }
    }

    private static IEnumerable<string> CheckRegions(ProxyOptions options)
    {
        const int MostRegions = 16;
        BackendOptions backend = options.Backend;
        IReadOnlyList<string> names = backend.RegionNames;
        if (names.Count > 0 && backend.Kind == BackendKind.DynamoDb)
        {
            yield return "Backend:Regions: a remote backend is in one region; leave it out, or set Backend:Kind to local";
        }
        else if (names.FirstOrDefault(name => !IsRegion(name)) is { } wrong)
        {
            yield return $"Backend:Regions: '{wrong}' is no region, use names of lower-case letters, digits and hyphens, such as eu-west-1";
        }
        else if (names.Count == 1 || names.Count > MostRegions || names.Distinct(StringComparer.Ordinal).Count() < names.Count)
        {
            yield return $"Backend:Regions: name 2 to {MostRegions} regions, each once, or none";
        }
        else if (names.Count > 0 && !names.Contains(backend.EffectiveRegion))
        {
            yield return $"Backend:Region: {backend.Region} is none of Backend:Regions; name one of them, or leave it out";
        }

        SimulationOptions simulation = options.Simulation;
        (string Name, bool IsSet)[] faults =
        [
            ("ReplicationDelay", simulation.ReplicationDelay > TimeSpan.Zero),
            ("ReplicationJitter", simulation.ReplicationJitter > TimeSpan.Zero),
            ("ReplicationPartitions", simulation.ReplicationPartitions > 0),
        ];
        foreach ((string name, _) in faults.Where(fault => fault.IsSet && names.Count == 0))
        {
            yield return $"Simulation:{name}: there is but one region; name several by Backend:Regions, or leave it out";
        }
    }

    private static bool IsRegion(string name) => name.Length <= 32
        && name[0] != '-'
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    private static IEnumerable<string> CheckBackend(BackendOptions backend)
    {
        bool isRemote = backend.Kind == BackendKind.DynamoDb;
        if (isRemote && backend.InMemory)
        {
            yield return "Backend:InMemory: a remote backend keeps its own data; set it to false, or Backend:Kind to local";
        }

        if (backend.ClockFactor is not { } factor)
        {
            yield return $"Backend:Clock: '{backend.Clock}' is no speed, use x1 to x3600, such as x60";
        }
        else if (isRemote && factor > 1)
        {
            yield return "Backend:Clock: a remote backend has a clock of its own; set it to x1, or Backend:Kind to local";
        }

        if (isRemote && backend.Buckets.Length > 0)
        {
            yield return "Backend:Buckets: a remote backend has S3; leave it out, or set Backend:Kind to local";
        }
        else if (backend.Buckets.Contains("://", StringComparison.Ordinal))
        {
            if (RemoteEndpoint.TryParse(backend.Buckets) is null)
            {
                yield return $"Backend:Buckets: '{backend.Buckets}' is no address, use one such as https://s3.eu-central-1.amazonaws.com, "
                    + "or the path of a folder";
            }
        }
        else if (backend.Buckets.Length > 0
            && (Contains(backend.Buckets, backend.DataFolder) || Contains(backend.DataFolder, backend.Buckets)))
        {
            yield return "Backend:Buckets: clients can read and write there, so it must lie neither in Backend:DataFolder nor around it; "
                + "name another folder";
        }

        if (!isRemote && backend.Endpoint != BackendOptions.Aws)
        {
            yield return "Backend:Endpoint: the local engine has none; leave it out, or set Backend:Kind to dynamodb";
        }
        else if (backend.Endpoint != BackendOptions.Aws && RemoteEndpoint.TryParse(backend.Endpoint) is null)
        {
            yield return $"Backend:Endpoint: '{backend.Endpoint}' is no address, use aws or one such as http://localhost:8000";
        }

        if (isRemote && backend.Endpoint == BackendOptions.Aws && backend.Region == BackendOptions.AutoRegion)
        {
            yield return "Backend:Region: auto, and neither AWS_REGION, AWS_DEFAULT_REGION nor the AWS profile names one; "
                + "set one of them or --region, such as eu-central-1";
        }

        if (isRemote && (backend.ReplicaLag > TimeSpan.Zero || backend.IndexLag > TimeSpan.Zero))
        {
            yield return "Backend:ReplicaLag and Backend:IndexLag: they make the local engine slow to show writes; "
                + "set them to 0 (what a remote backend needs is Backend:ReplicaSettleTime and Backend:IndexSettleTime)";
        }
    }

    /// <summary>Whether a folder is another one or lies within it.</summary>
    private static bool Contains(string outer, string inner)
    {
        string relative = Path.GetRelativePath(outer, inner);
        return !Path.IsPathRooted(relative)
            && relative != ".."
            && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }
}
