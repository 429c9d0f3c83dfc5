using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Deletes one table with everything in it.</summary>
public sealed class DeleteTable() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(DeleteTable))
    {
        Effect = VerbEffect.Tables,
        IsControlPlane = true,
        ChangesPolicies = true,
    };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [TableName];

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
