namespace DaxProxy.Core.Caching.Group;

/// <summary>A member has done what a message of another says, and all that came before it.</summary>
/// <param name="From">Who acknowledges.</param>
/// <param name="To">To whom.</param>
/// <param name="Number">The message.</param>
/// <param name="Overlaps">Whether a write of the one who acknowledges, of an item that the message speaks of, is under way.</param>
public sealed record GroupAck(Stay From, Stay To, long Number, bool Overlaps);
