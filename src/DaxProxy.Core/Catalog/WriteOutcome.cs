namespace DaxProxy.Core.Catalog;

/// <summary>What is known of a write when it ends.</summary>
public enum WriteOutcome
{
    /// <summary>It was refused and changed nothing; what is cached stays.</summary>
    NoEffect,

    /// <summary>It changed nothing, but its refusal shows that what is cached may be old; the key is dropped.</summary>
    Suspect,

    /// <summary>It happened, or part of it may have, and what it left is not known; the key is dropped.</summary>
    Drop,

    /// <summary>It happened and left exactly this image, which is stored if the write was alone on its fence.</summary>
    Exact,

    /// <summary>It may have happened, or may still happen; the key is dropped and its fence stays in doubt for a while.</summary>
    Unknown,
}
