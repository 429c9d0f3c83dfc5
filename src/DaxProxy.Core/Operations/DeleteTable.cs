using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Deletes one table with everything in it.</summary>
public sealed class DeleteTable : Operation
{
    /// <inheritdoc/>
    public override string Name => nameof(DeleteTable);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
