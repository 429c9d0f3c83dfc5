using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Reads one item by its key.</summary>
public sealed class GetItem() : Operation(Definition)
{
    private ProjectionExpression? projection;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(GetItem)) { IsDecoded = true, IsRepeatable = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>The key attributes as sent; whether they fit the table's schema is the backend's to say.</summary>
    public required Decoded<AttributeMap> Key { get; init; }

    /// <summary>Whether the read must see every write acknowledged before it.</summary>
    public bool ConsistentRead { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>The projection as sent; null when absent.</summary>
    public string? ProjectionExpression { get; init; }

    /// <summary>The top-level attributes to return, as sent: what a projection was before expressions; null when absent.</summary>
    public IReadOnlyList<string>? AttributesToGet { get; init; }

    /// <summary>The maps behind the expression's references.</summary>
    public ExpressionParameters Expressions { get; init; } = ExpressionParameters.None;

    /// <summary>
    /// The compiled projection; null for the whole item. Set by the static checks where one was sent; else by the caller that has the
    /// paths.
    /// </summary>
    public ProjectionExpression? Projection
    {
        get => projection;
        init => projection = value;
    }

    /// <summary>The same read of the whole item; already checked.</summary>
    public GetItem WholeItem() => Projection is null
        ? this
        : new() { TableName = TableName, Key = Key, ConsistentRead = ConsistentRead, ReturnConsumedCapacity = ReturnConsumedCapacity };

    /// <summary>The same read, consistent; already checked.</summary>
    public GetItem Consistently() => new()
    {
        TableName = TableName,
        Key = Key,
        ConsistentRead = true,
        ReturnConsumedCapacity = ReturnConsumedCapacity,
        ProjectionExpression = ProjectionExpression,
        AttributesToGet = AttributesToGet,
        Expressions = Expressions,
        Projection = Projection,
    };

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        if (ProjectionParameters.CheckUse(ProjectionExpression, AttributesToGet, Expressions, layer) is { } mixError)
        {
            return mixError;
        }

        if (Key.Fault is { } fault)
        {
            return DynamoError.Validation(fault);
        }

        return ProjectionParameters.TryCompile(ProjectionExpression, AttributesToGet, Expressions, layer, ref projection);
    }
}
