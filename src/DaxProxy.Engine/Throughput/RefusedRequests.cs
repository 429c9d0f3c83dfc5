namespace DaxProxy.Engine.Throughput;

/// <summary>How many requests of a table were refused because they exceeded its throughput.</summary>
/// <param name="TableName">The table.</param>
/// <param name="Reads">Reads, each item of a batch or transaction for itself.</param>
/// <param name="Writes">Writes, likewise.</param>
public sealed record RefusedRequests(string TableName, long Reads, long Writes);
