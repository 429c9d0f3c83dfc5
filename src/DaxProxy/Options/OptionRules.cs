using System.Net;

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

        foreach ((string name, TimeSpan lag) in new[] { ("ReplicaLag", options.Backend.ReplicaLag), ("IndexLag", options.Backend.IndexLag) })
        {
            if (lag > TimeSpan.Zero && options.Backend.InMemory)
            {
                yield return $"Backend:{name}: a store in memory has no older states to show; set Backend:InMemory to false, or Backend:{name} to 0";
            }
        }
    }

    /// <summary>The address to bind; null when the text is none.</summary>
    public static IPAddress? ToAddress(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(host, out IPAddress? address) ? address
        : null;
}
