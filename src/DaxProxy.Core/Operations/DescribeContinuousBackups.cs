using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Tells whether the past of a table is kept, so that it can be restored.</summary>
public sealed class DescribeContinuousBackups : Operation
{
    /// <inheritdoc/>
    public override string Name => nameof(DescribeContinuousBackups);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
