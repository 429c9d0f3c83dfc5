using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations;

/// <summary>Switches time to live of a table's items on or off.</summary>
public sealed class UpdateTimeToLive() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(UpdateTimeToLive)) { IsControlPlane = true };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>The attribute that says when an item's time ends, in seconds since 1970.</summary>
    public required string AttributeName { get; init; }

    /// <summary>Whether to switch it on.</summary>
    public required bool Enabled { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => null;
}
