using System.CommandLine;

namespace DaxProxy.Bench.Flood;

/// <summary>
/// The command <c>flood</c>: many connections send requests of 16 MB to every port, with a key and without one, to a proxy that may use 256
/// MB; clients with a key read small items all the while. Ends with 1 when one of those was not served, or when the process did not stay
/// within its memory.
/// </summary>
internal static class FloodCommand
{
    public static Command Create()
    {
        Option<int> connections =
            new("--connections") { Description = "Connections that send large requests", DefaultValueFactory = _ => 200 };
        Option<double> body = new("--body-mb") { Description = "MiB of each of them, 16 at most", DefaultValueFactory = _ => 16 };
        Option<double> seconds = new("--seconds") { Description = "How long each kind is sent", DefaultValueFactory = _ => 10 };
        Option<int> memory = new("--memory-mb") { Description = "MiB that the process may use", DefaultValueFactory = _ => 256 };
        Option<string> only = new("--only") { Description = "Only kinds with this in their name", DefaultValueFactory = _ => "" };
        Command command =
            new("flood", "Send large requests to every port of a proxy with little memory") { connections, body, seconds, memory, only };
        command.SetAction((parsed, _) => FloodRun.RunAsync(new FloodPlan
        {
            Connections = parsed.GetValue(connections),
            BodyBytes = (int)(parsed.GetValue(body) * (1 << 20)) - 1024,
            Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            LimitBytes = (long)parsed.GetValue(memory) << 20,
            Only = parsed.GetValue(only)!,
        }));
        return command;
    }
}
