using System.Security.Cryptography;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations.Legacy;

namespace DaxProxy.Core.Operations;

/// <summary>What Query and Scan have in common: one page of a table or index, filtered and projected.</summary>
/// <param name="verb">What was asked.</param>
public abstract class PageOperation(Verb verb) : Operation(verb)
{
    private ConditionExpression? filter;
    private ProjectionExpression? projection;
    private bool isConsistent;
    private ReturnConsumedCapacity returnConsumedCapacity;

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName, IndexName);

    /// <inheritdoc/>
    public override long MaxReplyItemBytes =>
        Math.Min(ReplyLimits.PageBytes, (Limit ?? int.MaxValue) * ReplyLimits.ItemBytes);

    /// <summary>Name of the index to read; null for the table itself.</summary>
    public string? IndexName { get; init; }

    /// <summary>What to return of each match.</summary>
    public Select Select { get; init; }

    /// <summary>How many entries to read at most (before the filter); null for as many as a page holds.</summary>
    public int? Limit { get; init; }

    /// <summary>Whether the read must see every write acknowledged before it.</summary>
    public bool ConsistentRead
    {
        get => isConsistent;
        init => isConsistent = value;
    }

    /// <summary>The key after which to begin, as sent; null to begin at the start.</summary>
    public Decoded<AttributeMap>? ExclusiveStartKey { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity
    {
        get => returnConsumedCapacity;
        init => returnConsumedCapacity = value;
    }

    /// <summary>The projection as sent; null when absent.</summary>
    public string? ProjectionExpression { get; init; }

    /// <summary>The filter as sent; null when absent.</summary>
    public string? FilterExpression { get; init; }

    /// <summary>The top-level attributes to return, as sent: what a projection was before expressions; null when absent.</summary>
    public IReadOnlyList<string>? AttributesToGet { get; init; }

    /// <summary>How the entries of a legacy filter are joined; null when absent, which means that all must hold.</summary>
    public ConditionalOperator? ConditionalOperator { get; init; }

    /// <summary>The maps behind the expressions' references.</summary>
    public ExpressionParameters Expressions { get; init; } = ExpressionParameters.None;

    /// <summary>
    /// The compiled projection; null for whole entries. Set by the static checks where one was sent; else by the caller that has the paths.
    /// </summary>
    public ProjectionExpression? Projection
    {
        get => projection;
        init => projection = value;
    }

    /// <summary>
    /// The compiled filter; null for none. Set by the static checks where one was sent; else by the caller that has a tree.
    /// </summary>
    public ConditionExpression? Filter
    {
        get => filter;
        init => filter = value;
    }

    /// <summary>The same read, consistent; already checked.</summary>
    /// <param name="capacity">How to report capacity; null as before.</param>
    public PageOperation Consistently(ReturnConsumedCapacity? capacity = null)
    {
        PageOperation copy = (PageOperation)MemberwiseClone();
        copy.isConsistent = true;
        copy.returnConsumedCapacity = capacity ?? returnConsumedCapacity;
        return copy;
    }

    /// <summary>
    /// A digest of what is asked for, by which it is told from other requests for pages of the same table. Equal for those that differ
    /// only in how they are written. SHA-256.
    /// </summary>
    public byte[] ComputeDigest()
    {
        CanonicalWriter writer = new();
        writer.Text(IndexName);
        WriteKeys(writer);
        writer.Int(Limit);
        writer.Byte((byte)Select);
        writer.Map(ExclusiveStartKey?.Value ?? []);
        writer.Condition(Filter);
        writer.Projection(Projection);
        return SHA256.HashData(writer.Written);
    }

    /// <summary>Writes which keys are read, and in which order.</summary>
    private protected abstract void WriteKeys(CanonicalWriter writer);

    /// <summary>Checks and compiles a filter as it was written before expressions (QueryFilter, ScanFilter); null for none.</summary>
    protected DynamoError? CompileLegacyFilter(IReadOnlyList<AttributeCondition>? conditions) =>
        conditions is null ? null : ConditionRules.TryCompile(conditions, ConditionalOperator, out filter);

    /// <summary>Checks and compiles <see cref="AttributesToGet"/>.</summary>
    protected DynamoError? CompileAttributesToGet() => ProjectionParameters.TryCompile(AttributesToGet, ref projection);

    /// <summary>Faults of the start key's values.</summary>
    protected DynamoError? CheckStartKey() =>
        ExclusiveStartKey?.Fault is { } fault ? RequestFaults.InvalidStartKey(fault) : null;

    /// <summary>Parses filter and projection, in the order of the service.</summary>
    protected DynamoError? CompileFilterAndProjection(ExpressionAttributes attributes)
    {
        if (FilterExpression is not null)
        {
            DynamoError? error = ConditionExpression.TryParse(FilterExpression, ExpressionKind.Filter, attributes, out filter);
            if (error is not null)
            {
                return error;
            }
        }

        return ProjectionExpression is null
            ? null
            : Core.Expressions.ProjectionExpression.TryParse(ProjectionExpression, attributes, out projection);
    }

    /// <summary>Whether <see cref="Select"/> and the projection agree.</summary>
    protected DynamoError? CheckSelect() => Select switch
    {
        Select.SPECIFIC_ATTRIBUTES when Projection is null => RequestFaults.SpecificWithoutProjection,
        Select.COUNT when Projection is not null => Contradiction("only the Count"),
        Select.ALL_ATTRIBUTES or Select.ALL_PROJECTED_ATTRIBUTES when Projection is not null => Contradiction(Select.ToString()),
        Select.ALL_PROJECTED_ATTRIBUTES when IndexName is null => RequestFaults.ProjectedWithoutIndex,
        _ => null,
    };

    private DynamoError Contradiction(string choice) => RequestFaults.ProjectionWithSelect(
        AttributesToGet is null ? nameof(ProjectionExpression) : nameof(AttributesToGet), choice);
}
