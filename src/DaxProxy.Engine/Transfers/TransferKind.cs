using DaxProxy.Core.Errors;

namespace DaxProxy.Engine.Transfers;

/// <summary>Exports, imports or bulk operations.</summary>
/// <param name="Name">What the store and resource names call them.</param>
/// <param name="MostOnAPage">How many a page of a list has at most, and unless asked for fewer.</param>
/// <param name="TokenMismatch">What is said of a token that was used for something else.</param>
internal sealed record TransferKind(string Name, int MostOnAPage, DynamoError TokenMismatch)
{
    public static TransferKind Export { get; } = new("export", 25, TransferFaults.ExportTokenMismatch);

    public static TransferKind Import { get; } = new("import", 25, TransferFaults.ImportTokenMismatch);

    /// <summary>Source of the number: the API's model, ListBulkOperations.</summary>
    public static TransferKind Bulk { get; } = new("bulk-operation", 10, TransactionFaults.TokenMismatch);
}
