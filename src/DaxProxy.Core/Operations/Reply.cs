namespace DaxProxy.Core.Operations;

/// <summary>What comes back for an operation: the verb's own reply, or an <see cref="ErrorReply"/>. Immutable and thread-safe.</summary>
public abstract class Reply;
