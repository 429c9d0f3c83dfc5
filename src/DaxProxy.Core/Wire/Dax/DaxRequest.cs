using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax.Cbor;
using DaxProxy.Core.Wire.Dax.Reading;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>A data operation of the DAX protocol: from the bytes of a request to a checked operation.</summary>
public static class DaxRequest
{
    /// <summary>Makes an operation of a request; everything in it is copied, the bytes may go.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="frame">The whole request.</param>
    /// <param name="tables">The tables it needs, by name; one that is missing is one that is not there.</param>
    /// <param name="lists">The attribute lists it needs, by number; one that is missing was never given.</param>
    /// <param name="profile">Whose texts to use.</param>
    /// <param name="operation">The operation; null exactly when an error is returned.</param>
    public static DynamoError? TryRead(
        DaxMethod method,
        ReadOnlySpan<byte> frame,
        IReadOnlyDictionary<string, TableInfo> tables,
        IReadOnlyDictionary<int, AttributeNames> lists,
        ValidationProfile profile,
        [NotNullWhen(false)] out Operation? operation)
    {
        operation = null;
        try
        {
            ValidationLayer layer = profile.LayerOf(method.Name);
            OperationReader request = new(frame, tables, lists, layer);
            Operation read = Read(method, ref request);
            DynamoError? error = Operation.Worded(request.Error, layer) ?? read.Validate(layer);
            if (error is null && !request.Arguments.IsAtEnd)
            {
                return DaxFaults.NotDecodable;
            }

            operation = error is null ? read : null;
            return error;
        }
        catch (FormatException)
        {
            return DaxFaults.NotDecodable;
        }
    }

    private static Operation Read(DaxMethod method, ref OperationReader request) => method.Name switch
    {
        nameof(DaxMethod.GetItem) => request.ReadGetItem(),
        nameof(DaxMethod.PutItem) => request.ReadPutItem(),
        nameof(DaxMethod.UpdateItem) => request.ReadUpdateItem(),
        nameof(DaxMethod.DeleteItem) => request.ReadDeleteItem(),
        nameof(DaxMethod.Query) => request.ReadQuery(),
        nameof(DaxMethod.Scan) => request.ReadScan(),
        nameof(DaxMethod.BatchGetItem) => BatchReader.ReadBatchGetItem(ref request),
        nameof(DaxMethod.BatchWriteItem) => BatchReader.ReadBatchWriteItem(ref request),
        nameof(DaxMethod.TransactGetItems) => TransactionReader.ReadTransactGetItems(ref request),
        nameof(DaxMethod.TransactWriteItems) => TransactionReader.ReadTransactWriteItems(ref request),
        _ => throw new UnreachableException($"{method.Name} is no data operation."),
    };
}
