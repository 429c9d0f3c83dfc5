namespace DaxProxy.Core.Caching.Group;

/// <summary>What a look for a shared value gives: the value, or the right to store one, or neither.</summary>
/// <param name="Value">The value; null where there is none.</param>
/// <param name="Left">How much longer it may be given.</param>
/// <param name="Ticket">The right; null where there is none now.</param>
public readonly record struct SharedAnswer(byte[]? Value, TimeSpan Left, string? Ticket);
