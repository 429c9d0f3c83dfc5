namespace DaxProxy.Core.Operations.Streams;

/// <summary>Where in a shard to begin. Names are the wire's.</summary>
public enum ShardIteratorType
{
    /// <summary>At the oldest record kept.</summary>
    TRIM_HORIZON,

    /// <summary>Behind the newest record.</summary>
    LATEST,

    /// <summary>At a record.</summary>
    AT_SEQUENCE_NUMBER,

    /// <summary>Behind a record.</summary>
    AFTER_SEQUENCE_NUMBER,
}
