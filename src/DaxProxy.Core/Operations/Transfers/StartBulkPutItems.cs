using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Transfers;

/// <summary>Puts the items of many objects into a table, in the background.</summary>
public sealed class StartBulkPutItems() : TransferOperation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(StartBulkPutItems))
    {
        IsControlPlane = true,
        TellsOfBulkOperation = true,
        Effect = VerbEffect.ItemsAfterwards,
    };

    /// <inheritdoc/>
    public override OperationResource? Resource => new OperationResource.OfTable(TableName);

    /// <summary>The engine tells of each item by itself; the request changes none before it is answered.</summary>
    public override IReadOnlyList<string> ChangedTables => [];

    /// <summary>Name of the table.</summary>
    public required string TableName { get; init; }

    /// <summary>The items.</summary>
    public required TransferInput Input { get; init; }

    /// <summary>Where items that were not put are reported; null where the request names no bucket.</summary>
    public required BucketPlace? Output { get; init; }

    /// <summary>Whether items with which something is wrong are reported.</summary>
    public bool ReportsErrors { get; init; }

    /// <summary>Whether items whose condition does not hold are reported.</summary>
    public bool ReportsConditions { get; init; }

    /// <summary>Most write units a second; null for as many as there can be.</summary>
    public long? MaxWriteRequestUnits { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => Output is null ? TransferFaults.NoOutputBucket : null;
}
