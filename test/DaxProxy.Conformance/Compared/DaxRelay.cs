using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using DaxProxy.Conformance.Clients;

namespace DaxProxy.Conformance.Compared;

/// <summary>
/// A public client of the DAX protocol in a process of its own (test/clients/dax/relay.mjs), which sends requests that are given to it in
/// JSON. Thread-safe.
/// </summary>
internal sealed class DaxRelay : IDisposable
{
    private static readonly Lazy<(string Folder, string? Fault)> Packages = new(
        () => ClientProcess.InstallPackages(Path.Combine(ClientProcess.Scripts, "dax"), "relay-dax"));

    private readonly Process process;
    private readonly Task reading;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> waiting = new();
    private readonly Lock gate = new();
    private int lastId;

    private DaxRelay(Process process)
    {
        this.process = process;
        reading = ReadAsync();
    }

    /// <summary>Why there can be none here; null where there can be.</summary>
    public static string? Fault => Packages.Value.Fault;

    /// <summary>Starts one that talks to a server.</summary>
    public static DaxRelay Start(IPEndPoint server)
    {
        ProcessStartInfo start = new("node", ["--no-warnings", "relay.mjs", $"dax://{server}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Packages.Value.Folder,
        };
        start.Environment["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "secret";
        return new DaxRelay(Process.Start(start)!);
    }

    /// <summary>Sends a request and gives what it came to: <c>answer</c>, or <c>error</c>.</summary>
    public async Task<JsonNode> SendAsync(string operation, string parameters)
    {
        int id = Interlocked.Increment(ref lastId);
        TaskCompletionSource<JsonNode> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[id] = answer;
        string name = char.ToLowerInvariant(operation[0]) + operation[1..];
        lock (gate)
        {
            process.StandardInput.WriteLine($"{{\"id\":{id},\"operation\":\"{name}\",\"parameters\":{parameters.ReplaceLineEndings(" ")}}}");
            process.StandardInput.Flush();
        }

        return await answer.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public void Dispose()
    {
        process.Kill();
        reading.Wait();
        process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            JsonNode told = JsonNode.Parse(line, null, new System.Text.Json.JsonDocumentOptions { MaxDepth = 512 })!;
            if (waiting.TryRemove((int)told["id"]!, out TaskCompletionSource<JsonNode>? one))
            {
                one.SetResult(told);
            }
        }

        foreach (TaskCompletionSource<JsonNode> one in waiting.Values)
        {
            one.TrySetException(new EndOfStreamException("The client of the DAX protocol has ended."));
        }
    }
}
