using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Compare;

/// <summary>One of the servers compared.</summary>
/// <param name="Name">Its name and version.</param>
/// <param name="Targets">How many times its requests/s the proxy with its defaults is to reach, by operation.</param>
/// <param name="StartAsync">Starts it with its data in files of a folder; the words come before its command.</param>
internal sealed record Contender(
    string Name, IReadOnlyDictionary<string, double> Targets, Func<string, string[], Task<ServerProcess>> StartAsync)
{
    private static readonly Dictionary<string, double> None = [];

    /// <summary>
    /// The proxy with its defaults first, then with what it guarantees of a write lowered to the level of dynalite, then the others, which
    /// have no choice of that.
    /// </summary>
    public static IReadOnlyList<Contender> All(string packages) =>
    [
        new("DaxProxy", None, (folder, wrapper) => Task.FromResult(ServerProcess.StartProxy(folder, noCache: true, wrapper))),
        new(
            "DaxProxy, Synchronous=normal", None,
            (folder, wrapper) => Task.FromResult(ServerProcess.StartProxy(folder, noCache: true, wrapper, "normal"))),
        new(
            $"dynoxide {NpmPackages.DynoxideVersion}",
            new Dictionary<string, double> { ["GetItem"] = 4, ["PutItem"] = 9 },
            (folder, wrapper) => ServerProcess.StartOnFreePortAsync(port =>
                [.. wrapper, NpmPackages.Dynoxide(packages), "serve", "--port", $"{port}", "--db-path", Path.Combine(
                    folder, "dynoxide.db")])),
        new(
            $"dynalite {NpmPackages.DynaliteVersion}",
            None,
            (folder, wrapper) => ServerProcess.StartOnFreePortAsync(port =>
                [.. wrapper, "node", NpmPackages.Dynalite(packages), "--host", "127.0.0.1", "--port", $"{port}", "--path", folder,
                    "--createTableMs", "0"])),
    ];
}
