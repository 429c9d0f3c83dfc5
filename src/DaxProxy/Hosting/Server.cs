using System.Runtime.InteropServices;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Memory;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Hosting;

/// <summary>The command <c>serve</c>: starts, says where it listens, and goes on until a signal.</summary>
internal static class Server
{
    private const int StartFault = 1;

    /// <summary>Serves until SIGTERM or Ctrl-C. Returns the exit code.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="warm">What prepares the process for its first request; it is waited for.</param>
    public static async Task<int> ServeAsync(ProxyOptions options, Task warm)
    {
        TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using ILoggerFactory loggers = ConsoleLog.Start(options.Telemetry, TimeProvider.System);
        try
        {
            using BackendStack backends = BackendStack.Create(options, TimeProvider.System, loggers.CreateLogger("DaxProxy"));
            await warm.ConfigureAwait(false);
            GarbageLimit.Start();
            DaxProxyHost host = await DaxProxyHost.StartAsync(options, backends, loggers, TimeProvider.System).ConfigureAwait(false);
            await using (host.ConfigureAwait(false))
            {
                Announce(host, options);
                _ = backends.Caching?.Bulk?.FindRunningAsync();
                await stop.Task.ConfigureAwait(false);
                await host.StopAsync().ConfigureAwait(false);
            }

            return 0;
        }
        catch (Exception exception) when (IsOfTheMachine(exception))
        {
            await Console.Error.WriteLineAsync("Cannot start: " + exception.Message.ReplaceLineEndings(" ")).ConfigureAwait(false);
            return StartFault;
        }

        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }
    }

    /// <summary>
    /// Whether a start failed for what the operator can mend. By itself, so that the AWS SDK is not loaded before it is needed.
    /// </summary>
    private static bool IsOfTheMachine(Exception fault) => fault is IOException or UnauthorizedAccessException or AmazonClientException;

    private static void Announce(DaxProxyHost host, ProxyOptions options)
    {
        if (!options.Listen.TlsOnly)
        {
            Console.WriteLine($"DynamoDB API on http://{host.DataEndPoint} (HTTP/1.1 and HTTP/2)");
        }

        if (host.HttpsEndPoint is { } https)
        {
            Console.WriteLine($"DynamoDB API on https://{https} (HTTP/1.1 and HTTP/2)");
        }

        if (host.DaxEndPoint is { } dax)
        {
            Console.WriteLine($"DAX on dax://{dax}");
        }

        if (host.DaxTlsEndPoint is { } daxs)
        {
            Console.WriteLine($"DAX on daxs://{daxs}");
        }

        Console.WriteLine($"Admin on {(options.Listen.TlsOnly ? "https" : "http")}://{host.AdminEndPoint}");
        Console.WriteLine($"Backend: {options.Backend.Kind.ToString().ToLowerInvariant()}");
        Console.WriteLine(WhereTheDataIs(options.Backend));
        if (options.Backend.ClockFactor > 1)
        {
            Console.WriteLine(
                $"CLOCK {options.Backend.Clock}: a second is {options.Backend.ClockFactor} seconds of throughput, auto scaling and "
                + "metrics. A demonstration, no measure of anything");
        }

        Console.WriteLine("ready");
    }

    private static string WhereTheDataIs(BackendOptions backend) =>
        backend.Kind == BackendKind.DynamoDb
        ? $"Endpoint: {RemoteEndpoint.Of(backend.EffectiveRegion, backend.Endpoint).DynamoDb.AbsoluteUri}"
        : $"Data: {(backend.InMemory ? "in memory" : Path.GetFullPath(backend.DataFolder))}";
}
