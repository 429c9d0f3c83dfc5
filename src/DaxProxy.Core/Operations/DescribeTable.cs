using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Describes one table.</summary>
public sealed class DescribeTable : Operation
{
    /// <inheritdoc/>
    public override string Name => nameof(DescribeTable);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
