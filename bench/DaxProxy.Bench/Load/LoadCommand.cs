using System.CommandLine;

namespace DaxProxy.Bench.Load;

/// <summary>The command <c>load</c>: the proxy over loopback against a constant reply, in rounds that take turns.</summary>
internal static class LoadCommand
{
    /// <summary>
    /// Lets the client's sockets complete where they are polled, which saves a change of thread. Read once, at the first socket; the
    /// servers run without it.
    /// </summary>
    public const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static Command Create()
    {
        Option<string> operation =
            new("--operation") { Description = "GetItem, PutItem or Query (of a page of 20 items)", DefaultValueFactory = _ => "GetItem" };
        operation.AcceptOnlyFromAmong("GetItem", "PutItem", "Query");
        Option<string> protocol = new("--protocol")
        {
            Description = "json, against a constant reply; or dax, against the same proxy over JSON",
            DefaultValueFactory = _ => "json",
        };
        protocol.AcceptOnlyFromAmong("json", "dax");
        Option<bool> noCache = new("--no-cache") { Description = "Switch the item cache off: measures the engine" };
        Option<bool> verify = new("--verify") { Description = "Let the proxy verify the signature of every request" };
        Option<bool> bare =
            new("--bare") { Description = "Compare with Kestrel under the proxy's own application instead of a middleware" };
        Option<int> connections = new("--connections") { Description = "Connections", DefaultValueFactory = _ => 32 };
        Option<double> seconds = new("--seconds") { Description = "Seconds of each round", DefaultValueFactory = _ => 3 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each server", DefaultValueFactory = _ => 7 };
        Option<int> itemBytes = new("--item-bytes") { Description = "Size of an item", DefaultValueFactory = _ => 400 };
        Option<int> items = new("--items") { Description = "Different items, asked for in turn", DefaultValueFactory = _ => 1000 };
        Option<FileInfo?> output = new("--out") { Description = "File for the figures as JSON" };
        Command command = new("load", "Measure the proxy over loopback against a constant reply")
        {
            operation, protocol, noCache, verify, bare, connections, seconds, rounds, itemBytes, items, output,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(protocol) == "dax" && (parsed.GetValue(verify) || parsed.GetValue(bare)))
            {
                parsed.AddError(
                    "With --protocol dax there is no --bare, and no --verify: DAX proves once a connection who calls, not once a request.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
            LoadPlan plan = new()
            {
                Operation = parsed.GetValue(operation)!,
                IsDax = parsed.GetValue(protocol) == "dax",
                NoCache = parsed.GetValue(noCache),
                Verify = parsed.GetValue(verify),
                Bare = parsed.GetValue(bare),
                Connections = parsed.GetValue(connections),
                Seconds = parsed.GetValue(seconds),
                Rounds = parsed.GetValue(rounds),
                ItemBytes = parsed.GetValue(itemBytes),
                Items = parsed.GetValue(items),
            };
            LoadReport report = await LoadRun.RunAsync(plan).ConfigureAwait(false);
            Console.WriteLine(report.ToMarkdown());
            if (parsed.GetValue(output) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, report.ToJson(), cancellationToken).ConfigureAwait(false);
            }

            return 0;
        });
        return command;
    }

    /// <summary>The command that <see cref="ServerProcess"/> starts.</summary>
    public static Command CreateConstant()
    {
        Option<bool> bare = new("--bare");
        Command command = new("constant", "Serve one constant reply, which stands on standard input") { bare };
        command.Hidden = true;
        command.SetAction((parsed, _) => ConstantServer.RunAsync(parsed.GetValue(bare)));
        return command;
    }
}
