using DaxProxy.Core.Operations;

namespace DaxProxy.Simulation;

/// <summary>What is to go wrong with one request.</summary>
/// <param name="Table">The table whose rule it is; empty for none.</param>
/// <param name="Faults">The rule.</param>
/// <param name="Draw">The request's lot.</param>
/// <param name="Counts">Where it is counted.</param>
internal sealed record FaultPlan(string Table, SimulatedFaults Faults, FaultDraw Draw, FaultCounts Counts);
