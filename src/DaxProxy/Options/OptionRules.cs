using System.Net;
using DaxProxy.Backends.Remote;

namespace DaxProxy.Options;

/// <summary>The rules that span options, or that no range can express.</summary>
public static class OptionRules
{
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
                + "use 127.0.0.1, or set Listen:AllowRemote to true";
        }

        if (listen.Port == listen.AdminPort && listen.Port != 0)
        {
            yield return $"Listen:AdminPort: {listen.Port} is Listen:Port too, use another one";
        }

        foreach (string fault in CheckBackend(options.Backend))
        {
            yield return fault;
        }

        if (options.Backend.Kind == BackendKind.DynamoDb && options.Resilience.TimeBudget < options.Backend.RequestTimeout)
        {
            yield return "Resilience:TimeBudget: an answer may take Backend:RequestTimeout, which is longer; raise the one or lower the other";
        }

        foreach ((string name, TimeSpan lag) in new[] { ("ReplicaLag", options.Backend.ReplicaLag), ("IndexLag", options.Backend.IndexLag) })
        {
            if (lag > TimeSpan.Zero && options.Backend.InMemory)
            {
                yield return $"Backend:{name}: a store in memory has no older states to show; set Backend:InMemory to false, or Backend:{name} to 0";
            }
        }
    }

    /// <summary>What is wrong with setting an option for tables or indexes of this name or pattern; null for nothing.</summary>
    public static string? CheckTable(OptionKey key, string table) => TablePattern.TryParse(table) is not { } pattern
        ? $"'{table}' names no table, use letters, digits, '_', '-', '.' and '*', with '/' before the name of an index"
        : pattern.Index is not null && key.Name is not (nameof(TableOptions.Enabled) or nameof(TableOptions.QueryTimeToLive))
            ? $"an index has no {key.Name}, set it for {pattern.Table}, or use Enabled or QueryTimeToLive"
            : null;

    /// <summary>The address to bind; null when the text is none.</summary>
    public static IPAddress? ToAddress(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(host, out IPAddress? address) ? address
        : null;

    private static IEnumerable<string> CheckBackend(BackendOptions backend)
    {
        bool isRemote = backend.Kind == BackendKind.DynamoDb;
        if (isRemote && backend.InMemory)
        {
            yield return "Backend:InMemory: a remote backend keeps its own data; set it to false, or Backend:Kind to local";
        }

        if (!isRemote && backend.Endpoint != BackendOptions.Aws)
        {
            yield return "Backend:Endpoint: the local engine has none; leave it out, or set Backend:Kind to dynamodb";
        }
        else if (backend.Endpoint != BackendOptions.Aws && RemoteEndpoint.TryParse(backend.Endpoint) is null)
        {
            yield return $"Backend:Endpoint: '{backend.Endpoint}' is no address, use aws or one such as http://localhost:8000";
        }

        if (isRemote && (backend.ReplicaLag > TimeSpan.Zero || backend.IndexLag > TimeSpan.Zero))
        {
            yield return "Backend:ReplicaLag and Backend:IndexLag: they make the local engine slow to show writes; "
                + "set them to 0 (what a remote backend needs is Backend:ReplicaSettleTime and Backend:IndexSettleTime)";
        }
    }
}
