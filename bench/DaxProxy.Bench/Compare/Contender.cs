using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Compare;

/// <summary>One of the servers compared.</summary>
/// <param name="Name">Its name and version.</param>
/// <param name="Target">How many times its requests/s the proxy with its defaults is to reach; null for the proxy itself.</param>
/// <param name="StartAsync">Starts it with its data in files of a folder; the words come before its command.</param>
internal sealed record Contender(string Name, double? Target, Func<string, string[], Task<ServerProcess>> StartAsync)
{
    /// <summary>
    /// The proxy with its defaults first, then with what it guarantees of a write lowered to the level of dynalite, then the others, which
    /// have no choice of that.
    /// </summary>
    public static IReadOnlyList<Contender> All(string packages) =>
    [
        new("DaxProxy", null, (folder, wrapper) => Task.FromResult(ServerProcess.StartProxy(folder, noCache: true, wrapper))),
        new(
            "DaxProxy, Synchronous=normal", null,
            (folder, wrapper) => Task.FromResult(ServerProcess.StartProxy(folder, noCache: true, wrapper, "normal"))),
        new(
            $"dynoxide {NpmPackages.DynoxideVersion}",
            3,
            (folder, wrapper) => ServerProcess.StartOnFreePortAsync(port =>
                [.. wrapper, NpmPackages.Dynoxide(packages), "serve", "--port", $"{port}", "--db-path", Path.Combine(
                    folder, "dynoxide.db")])),
        new(
            $"dynalite {NpmPackages.DynaliteVersion}",
            5,
            (folder, wrapper) => ServerProcess.StartOnFreePortAsync(port =>
                [.. wrapper, "node", NpmPackages.Dynalite(packages), "--host", "127.0.0.1", "--port", $"{port}", "--path", folder,
                    "--createTableMs", "0"])),
    ];
}
