namespace DaxProxy.Core.Operations.Transfers;

/// <summary>How far an export, an import or a bulk operation is. Immutable.</summary>
public sealed record TransferState
{
    /// <summary>Its resource name.</summary>
    public required string Arn { get; init; }

    /// <summary><c>IN_PROGRESS</c>, <c>COMPLETED</c>, <c>FAILED</c>; of a bulk operation others, too.</summary>
    public required string Status { get; init; }

    /// <summary>Name of its table.</summary>
    public required string TableName { get; init; }

    /// <summary>Resource name of its table.</summary>
    public required string TableArn { get; init; }

    /// <summary>The identifier of its table.</summary>
    public required string TableId { get; init; }

    /// <summary>The members of the request that its description repeats, as a JSON object.</summary>
    public required string Sent { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>Items that were read, good or not; of an export those that were written.</summary>
    public long ProcessedItems { get; init; }

    /// <summary>Items that were put.</summary>
    public long WrittenItems { get; init; }

    /// <summary>Items that were not put because something is wrong with them.</summary>
    public long FailedItems { get; init; }

    /// <summary>Bytes that were read of the objects.</summary>
    public long ProcessedBytes { get; init; }

    /// <summary>Bytes of all objects that are read; of an export those that are charged for, once it has ended.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Bytes of the items that a bulk operation put.</summary>
    public long PutBytes { get; init; }

    /// <summary>The time whose state an export shows; null for one of changes, and for others.</summary>
    public DateTimeOffset? ExportTime { get; init; }

    /// <summary>The span whose changes an export shows, with its end; null for one of a state, and for others.</summary>
    public ExportSpan? Span { get; init; }

    /// <summary>What the service calls an export of a state, or of changes.</summary>
    public string ExportType => Span is null ? "FULL_EXPORT" : "INCREMENTAL_EXPORT";

    /// <summary>How its items are written.</summary>
    public TransferFormat Format { get; init; }

    /// <summary>Key of an export's summary; null until it is there.</summary>
    public string? Manifest { get; init; }

    /// <summary>What kind of failure ended it; null for none.</summary>
    public string? FailureCode { get; init; }

    /// <summary>What happened; null where nothing failed.</summary>
    public string? FailureMessage { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => EndTime is not null;
}
