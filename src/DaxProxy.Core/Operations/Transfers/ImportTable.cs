using DaxProxy.Core.Errors;

namespace DaxProxy.Core.Operations.Transfers;

/// <summary>Makes a table of the items of many objects, in the background.</summary>
public sealed class ImportTable() : TransferOperation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(ImportTable))
    {
        IsControlPlane = true,
        Effect = VerbEffect.Tables,
        TableMember = "TableCreationParameters",
    };

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [Table.TableName];

    /// <summary>The items.</summary>
    public required TransferInput Input { get; init; }

    /// <summary>The table to make.</summary>
    public required CreateTable Table { get; init; }

    /// <summary>Whether the request has options of <see cref="TransferFormat.CSV"/>.</summary>
    public bool HasCsvOptions { get; init; }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer) => HasCsvOptions && Input.Format != TransferFormat.CSV
        ? TransferFaults.OptionsOfOtherFormat(Input.Format.ToString())
        : Table.Validate(layer);
}
