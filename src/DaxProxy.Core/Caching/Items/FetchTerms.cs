namespace DaxProxy.Core.Caching.Items;

/// <summary>Under which terms a fetch of a key begins now.</summary>
/// <param name="Version">The version of the key's fence.</param>
/// <param name="Ticket">The right to store what comes; null while a write of the key is in flight or may still arrive.</param>
/// <param name="IsSettled">
/// Whether an eventually consistent read sees all writes that have ended; if not, the fetch must be consistent.
/// </param>
public readonly record struct FetchTerms(long Version, FillTicket? Ticket, bool IsSettled);
