namespace DaxProxy.Core.Caching.Following;

/// <summary>What the reader of a stream has reached.</summary>
/// <param name="Place">Where to go on, in the text of a <see cref="StreamPlace"/>.</param>
/// <param name="CompleteAt">The time, as the timestamp of the clock, of the state that the caches are not behind.</param>
public sealed record StreamStatement(string Place, long CompleteAt);
