namespace DaxProxy.Telemetry;

/// <summary>A line of the access log. Nothing in it is a key or a value of an item.</summary>
/// <param name="Time">When the request had been answered.</param>
/// <param name="Id">The id that its answer has; null where it has none.</param>
/// <param name="Wire">What it came by.</param>
/// <param name="Operation">DynamoDB's name of what was asked; null where that is not known.</param>
/// <param name="Tables">The tables that it names.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Error">Name of the error that it was answered with; null for none.</param>
/// <param name="Latency">How long it took, sending included.</param>
/// <param name="Units">The capacity units that it took; null where that is not known.</param>
/// <param name="TraceId">The trace that it is part of; null where it is not traced.</param>
internal sealed record AccessRecord(
    DateTimeOffset Time,
    string? Id,
    Frontend Wire,
    string? Operation,
    IReadOnlyList<string> Tables,
    RequestOutcome Outcome,
    string? Error,
    TimeSpan Latency,
    double? Units,
    string? TraceId);
