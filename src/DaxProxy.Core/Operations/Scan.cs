using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;

namespace DaxProxy.Core.Operations;

/// <summary>Reads items of a whole table or index, or of one segment of it.</summary>
public sealed class Scan : PageOperation
{
    /// <inheritdoc/>
    public override string Name => nameof(Scan);

    /// <summary>Which of the segments to read, from 0; null for everything.</summary>
    public int? Segment { get; init; }

    /// <summary>Into how many segments the table is cut; null for one.</summary>
    public int? TotalSegments { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        bool given = FilterExpression is not null || ProjectionExpression is not null;
        return CheckStartKey()
            ?? CheckSegments()
            ?? Expressions.TryResolve(
                given, FilterExpression is not null, "FilterExpression is null", layer, out ExpressionAttributes attributes)
            ?? CompileFilterAndProjection(attributes)
            ?? attributes.FindUnused()
            ?? CheckSelect();
    }

    private DynamoError? CheckSegments() => (Segment, TotalSegments) switch
    {
        (not null, null) => RequestFaults.NoTotalSegments,
        (null, not null) => RequestFaults.NoSegment,
        ({ } segment, { } total) when segment >= total => RequestFaults.SegmentOutOfRange(segment, total),
        _ => null,
    };
}
