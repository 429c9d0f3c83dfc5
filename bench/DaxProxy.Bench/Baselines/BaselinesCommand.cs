using System.CommandLine;
using System.Net;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Baselines;

/// <summary>The command <c>baselines</c>: a cached GetItem beside what else could answer it.</summary>
internal static class BaselinesCommand
{
    public static Command Create()
    {
        Option<int> connections = new("--connections") { Description = "Connections", DefaultValueFactory = _ => 32 };
        Option<double> seconds = new("--seconds") { Description = "Seconds of each round", DefaultValueFactory = _ => 1 };
        Option<int> rounds = new("--rounds") { Description = "Rounds of each", DefaultValueFactory = _ => 9 };
        Command command = new("baselines", "Measure a cached GetItem beside the engine, a constant reply, YARP and redis-server")
        {
            connections,
            seconds,
            rounds,
        };
        command.SetAction(async (parsed, _) =>
        {
            Environment.SetEnvironmentVariable(LoadCommand.InlineCompletions, "1");
            BaselinesReport report = await BaselinesRun.RunAsync(
                parsed.GetValue(connections), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(rounds)).ConfigureAwait(false);
            Console.WriteLine(report.ToMarkdown());
            return 0;
        });
        return command;
    }

    /// <summary>The command that <see cref="ServerProcess"/> starts.</summary>
    public static Command CreateYarp()
    {
        Option<string> backend = new("--backend") { Required = true };
        Command command = new("yarp", "Pass every request on with YARP") { backend };
        command.Hidden = true;
        command.SetAction((parsed, _) => YarpServer.RunAsync(IPEndPoint.Parse(parsed.GetValue(backend)!)));
        return command;
    }
}
