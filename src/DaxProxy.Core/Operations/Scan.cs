using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Operations;

/// <summary>Reads items of a whole table or index, or of one segment of it.</summary>
public sealed class Scan() : PageOperation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(Scan)) { IsDecoded = true, IsRepeatable = true };

    /// <summary>Which of the segments to read, from 0; null for everything.</summary>
    public int? Segment { get; init; }

    /// <summary>Into how many segments the table is cut; null for one.</summary>
    public int? TotalSegments { get; init; }

    /// <summary>The filter as it was written before expressions, as sent; null when absent.</summary>
    public IReadOnlyList<AttributeCondition>? ScanFilter { get; init; }

    /// <inheritdoc/>
    private protected override void WriteKeys(CanonicalWriter writer)
    {
        writer.Byte((byte)'S');
        writer.Int(Segment);
        writer.Int(TotalSegments);
    }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => CheckUse(layer)
        ?? CompileAttributesToGet()
        ?? CompileLegacyFilter(ScanFilter)
        ?? CheckStartKey()
        ?? CheckSegments()
        ?? Expressions.TryResolve(layer, out ExpressionAttributes attributes)
        ?? CompileFilterAndProjection(attributes)
        ?? attributes.FindUnused()
        ?? CheckSelect();

    private DynamoError? CheckUse(ValidationLayer layer) => ParameterMix.Check(
            [
                (nameof(AttributesToGet), AttributesToGet is not null),
                (nameof(ScanFilter), ScanFilter is not null),
                (nameof(ConditionalOperator), ConditionalOperator is not null),
            ],
            [(nameof(ProjectionExpression), ProjectionExpression is not null), (nameof(FilterExpression), FilterExpression is not null)])
        ?? Expressions.CheckUse(
            FilterExpression is not null || ProjectionExpression is not null,
            FilterExpression is not null,
            "FilterExpression is null",
            layer)
        ?? (layer == ValidationLayer.Older ? ConditionRules.CheckDepth(ScanFilter) : null)
        ?? ConditionRules.CheckOperator(ConditionalOperator, ScanFilter?.Count);

    private DynamoError? CheckSegments() => (Segment, TotalSegments) switch
    {
        (not null, null) => RequestFaults.NoTotalSegments,
        (null, not null) => RequestFaults.NoSegment,
        ({ } segment, { } total) when segment >= total => RequestFaults.SegmentOutOfRange(segment, total),
        _ => null,
    };
}
