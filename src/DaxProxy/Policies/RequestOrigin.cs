using System.Net;
using DaxProxy.Telemetry;

namespace DaxProxy.Policies;

/// <summary>Where a request comes from, as conditions can ask for it.</summary>
/// <param name="Wire">The protocol.</param>
/// <param name="Address">The address it came from; null where there is none.</param>
/// <param name="IsSecure">Whether it came by TLS.</param>
/// <param name="UserAgent">What the client calls itself; null where it does not say.</param>
internal readonly record struct RequestOrigin(Frontend Wire, IPAddress? Address, bool IsSecure, string? UserAgent);
