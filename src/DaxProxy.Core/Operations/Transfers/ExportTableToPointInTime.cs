using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;

namespace DaxProxy.Core.Operations.Transfers;

/// <summary>Writes the items of a table, as they were at one time, or what changed in a span, to a bucket, in the background.</summary>
public sealed class ExportTableToPointInTime() : TransferOperation(Definition)
{
    private const string IncrementalExport = "INCREMENTAL_EXPORT";

    private ConditionExpression? filter;
    private ProjectionExpression? projection;
    private KeyConditionExpression? keyCondition;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ExportTableToPointInTime)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>Resource name of the table.</summary>
    public required string TableArn { get; init; }

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>Where to.</summary>
    public required BucketPlace Output { get; init; }

    /// <summary>How the items are written.</summary>
    public TransferFormat Format { get; init; }

    /// <summary>The time; null for now.</summary>
    public DateTimeOffset? ExportTime { get; init; }

    /// <summary>What the type of the export was said to be; null where nothing was.</summary>
    public string? ExportType { get; init; }

    /// <summary>The span of time whose changes are asked for instead; null where none was sent.</summary>
    public ExportSpan? Span { get; init; }

    /// <summary>Algorithm of the encryption of the objects, which is repeated and has no effect here; null where none was named.</summary>
    public string? SseAlgorithm { get; init; }

    /// <summary>Key of that encryption; null where none was named.</summary>
    public string? SseKmsKeyId { get; init; }

    /// <summary>The filter as sent; null when absent.</summary>
    public string? FilterExpression { get; init; }

    /// <summary>The projection as sent; null when absent.</summary>
    public string? ProjectionExpression { get; init; }

    /// <summary>The key condition as sent; null when absent.</summary>
    public string? KeyConditionExpression { get; init; }

    /// <summary>The maps behind the expressions' references.</summary>
    public ExpressionParameters Expressions { get; init; } = ExpressionParameters.None;

    /// <summary>Whether there is anything that says which items, or which parts of them.</summary>
    public bool HasFilter => (FilterExpression ?? ProjectionExpression ?? KeyConditionExpression) is not null;

    /// <summary>Which items; null for all. Set by the static checks.</summary>
    public ConditionExpression? Filter => filter;

    /// <summary>Which parts of them; null for all. Set by the static checks.</summary>
    public ProjectionExpression? Projection => projection;

    /// <summary>Which keys; null for all. Set by the static checks.</summary>
    public KeyConditionExpression? KeyCondition => keyCondition;

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (!TableArn.Contains(":table/", StringComparison.Ordinal))
        {
            return BackupFaults.NotATableArn;
        }

        if (CheckType() is { } error)
        {
            return error;
        }

        bool hasValueExpression = FilterExpression is not null || KeyConditionExpression is not null;
        return Expressions.CheckUse(
                hasValueExpression || ProjectionExpression is not null,
                hasValueExpression,
                "FilterExpression and KeyConditionExpression are null",
                layer)
            ?? Expressions.TryResolve(layer, out ExpressionAttributes attributes)
            ?? (FilterExpression is null
                ? null
                : ConditionExpression.TryParse(FilterExpression, ExpressionKind.Filter, attributes, out filter))
            ?? (ProjectionExpression is null
                ? null
                : Core.Expressions.ProjectionExpression.TryParse(ProjectionExpression, attributes, out projection))
            ?? (KeyConditionExpression is null
                ? null
                : Core.Expressions.KeyConditionExpression.TryParse(KeyConditionExpression, attributes, layer, out keyCondition))
            ?? attributes.FindUnused();
    }

    private DynamoError? CheckType() => (ExportType, Span) switch
    {
        (IncrementalExport, null) => TransferFaults.NoSpan,
        (IncrementalExport, { From: null }) => TransferFaults.NoBeginOfSpan,
        (IncrementalExport, _) or (_, null) => null,
        (null, _) => TransferFaults.SpanWithoutType,
        _ => TransferFaults.SpanOfFullExport,
    };
}
