using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

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
        out Operation? operation) => throw new NotImplementedException();
}
