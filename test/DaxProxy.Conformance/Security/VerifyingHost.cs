using DaxProxy.Backends;
using DaxProxy.Hosting;
using DaxProxy.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaxProxy.Conformance.Security;

/// <summary>A proxy over an engine in memory that verifies signatures, on free ports, with one access key in a file of its own.</summary>
internal sealed class VerifyingHost : IAsyncDisposable
{
    private readonly string keys;

    private VerifyingHost(string keys, BackendStack stack, DaxProxyHost host)
    {
        this.keys = keys;
        Stack = stack;
        Host = host;
    }

    public BackendStack Stack { get; }

    public DaxProxyHost Host { get; }

    /// <summary>The section of options that names the access key, for another host with the same.</summary>
    public AuthOptions Auth => AuthOf(keys);

    /// <summary>Starts it.</summary>
    /// <param name="id">The key's id.</param>
    /// <param name="secret">The key's secret.</param>
    /// <param name="speaksDax">Whether it has a port for DAX clients.</param>
    /// <param name="loggers">Where it logs; null for nowhere.</param>
    /// <param name="time">Its clock; null for the system's.</param>
    /// <param name="buckets">The folder of its buckets; empty for none.</param>
    public static async Task<VerifyingHost> StartAsync(
        string id, string secret, bool speaksDax, ILoggerFactory? loggers = null, TimeProvider? time = null, string buckets = "")
    {
        string keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, $"[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = speaksDax, Port = 0 },
            Backend = new BackendOptions { InMemory = true, Buckets = buckets },
            Auth = AuthOf(keys),
        };
        time ??= TimeProvider.System;
        BackendStack stack = BackendStack.Create(options, time);
        return new VerifyingHost(keys, stack, await DaxProxyHost.StartAsync(options, stack, loggers ?? NullLoggerFactory.Instance, time));
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Stack.Dispose();
        File.Delete(keys);
    }

    private static AuthOptions AuthOf(string keys) => new() { Mode = AuthMode.Verify, CredentialsFile = keys };
}
