using System.Diagnostics;

namespace DaxProxy.Telemetry;

/// <summary>What is observed of a request.</summary>
/// <param name="Parent">The span of the client's, which may be empty; null when the request is not traced.</param>
/// <param name="IsLogged">Whether the access log gets it.</param>
/// <param name="IfKnown">Whether it is traced only if its client turns out to be known.</param>
internal readonly record struct ObservedChoice(ActivityContext? Parent, bool IsLogged, bool IfKnown);
