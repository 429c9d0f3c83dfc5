using System.Buffers;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Wire.Dax;

/// <summary>
/// An answer that is finished but for the numbers of the attribute lists in it, which the caller finds out, or gives, before it is written.
/// </summary>
/// <remarks>Immutable once made; may be written several times.</remarks>
public sealed class DaxAnswer
{
    /// <summary>The attribute lists whose numbers it needs, each once.</summary>
    public IReadOnlyList<AttributeNames> Lists => throw new NotImplementedException();

    /// <summary>The answer to a data operation, a refusal included.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="reply">What came back for it.</param>
    /// <param name="tables">The tables the request was read with.</param>
    /// <param name="requestId">The name of the request, which a refusal carries.</param>
    public static DaxAnswer Of(Operation operation, Reply reply, IReadOnlyDictionary<string, TableInfo> tables, string requestId) =>
        throw new NotImplementedException();

    /// <summary>The answer to a plain GetItem: the item, or that there is none. It depends on nothing else, so it may be kept.</summary>
    public static DaxAnswer OfItem(KeySchema schema, Item? item) => throw new NotImplementedException();

    /// <summary>A refusal of any request.</summary>
    public static DaxAnswer Of(DynamoError error, string requestId) => throw new NotImplementedException();

    /// <summary>Writes it.</summary>
    /// <param name="ids">The numbers of <see cref="Lists"/>, in their order.</param>
    /// <param name="output">Where the bytes go.</param>
    public void Write(IReadOnlyList<int> ids, IBufferWriter<byte> output) => throw new NotImplementedException();
}
