using DaxProxy.Commands;
using DaxProxy.Hosting;

// SQLite first, where it is inside the program (Hosting/BundledSqlite).
// 1. Options: defaults, file, environment, command line (Commands/, Options/).
// 2. The backends they ask for (Backends/), counted and timed (Telemetry/).
// 3. The listeners and the front ends behind them (Hosting/, Frontends/), until a signal.
// Or, instead, a measurement of what the proxy is good for (Report/), a simulation of capacity (Capacity/), or a smaller command
// (Commands/).
BundledSqlite.Prepare();
return await CommandLine.RunAsync(
    args,
    Server.ServeAsync,
    ReportCommand.Create(),
    RecordCommand.Create(),
    CapacityCommand.Create(),
    DataCommand.Create(),
    PolicyCommand.Create(),
    ConfigCommand.Create(),
    HealthcheckCommand.Create(),
    CompletionCommand.Create(),
    VersionCommand.Create());
