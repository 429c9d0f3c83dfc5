using DaxProxy.Commands;
using DaxProxy.Hosting;

// 1. Options: defaults, file, environment, command line (Commands/, Options/).
// 2. The backends they ask for (Backends/), counted and timed (Telemetry/).
// 3. The listeners and the front ends behind them (Hosting/, Frontends/), until a signal.
// Or, instead, a measurement of what the proxy is good for (Report/).
// Or a look at the data of a store (Commands/DataCommand), or at what policies say (Commands/PolicyCommand).
return await CommandLine.RunAsync(args, Server.ServeAsync, ReportCommand.Create(), DataCommand.Create(), PolicyCommand.Create());
