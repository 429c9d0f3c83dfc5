namespace DaxProxy.Tests.Caching.Checker;

/// <summary>An answer that breaks the second law, or a fault of the caches.</summary>
internal sealed class Violation(string message) : Exception(message);
