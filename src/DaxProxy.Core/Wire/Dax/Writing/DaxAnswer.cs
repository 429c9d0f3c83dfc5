using System.Buffers;
using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Writing;

/// <summary>
/// An answer that is finished but for the numbers of the attribute lists in it, which the caller finds out, or gives, before it is written.
/// </summary>
/// <remarks>Immutable; may be written several times, and by several threads.</remarks>
public sealed class DaxAnswer
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly IReadOnlyList<Gap> gaps;

    internal DaxAnswer(ReadOnlyMemory<byte> bytes, IReadOnlyList<Gap> gaps, IReadOnlyList<AttributeNames> lists)
    {
        this.bytes = bytes;
        this.gaps = gaps;
        Lists = lists;
    }

    /// <summary>Its length without what is written into its gaps, which are few bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>The attribute lists whose numbers it needs, each once.</summary>
    public IReadOnlyList<AttributeNames> Lists { get; }

    /// <summary>The answer to a data operation, a refusal included.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="reply">What came back for it.</param>
    /// <param name="tables">The tables the request was read with.</param>
    /// <param name="requestId">The name of the request, which a refusal carries.</param>
    public static DaxAnswer Of(Operation operation, Reply reply, IReadOnlyDictionary<string, TableInfo> tables, string requestId)
    {
        AnswerWriter writer = new((int)reply.ItemBytes);
        if (reply is ErrorReply refusal)
        {
            ErrorWriter.Write(writer, refusal.Error, requestId, SchemasOf(operation, tables));
            return writer.Finish();
        }

        // An empty array: success.
        writer.Cbor.BeginArray(0);
        switch (operation, reply)
        {
            case (GetItem get, GetItemReply item):
                ReplyWriter.Write(writer, tables[get.TableName].KeySchema, get.Projection, item);
                break;
            case (WriteOperation write, WriteReply written):
                ReplyWriter.Write(writer, tables[write.TableName].KeySchema, write, written);
                break;
            case (PageOperation page, PageReply matches):
                ReplyWriter.Write(writer, tables[page.TableName].KeySchema, page, matches);
                break;
            case (BatchGetItem batch, BatchGetItemReply items):
                BatchWriter.Write(writer, tables, batch, items);
                break;
            case (BatchWriteItem, BatchWriteItemReply written):
                BatchWriter.Write(writer, tables, written);
                break;
            case (TransactGetItems transaction, TransactGetItemsReply items):
                BatchWriter.Write(writer, tables, transaction, items);
                break;
            case (TransactWriteItems, TransactWriteItemsReply written):
                BatchWriter.Write(writer, written);
                break;
            default:
                throw new UnreachableException($"No DAX answer for a {reply.GetType().Name}.");
        }

        return writer.Finish();
    }

    /// <summary>The answer to a plain GetItem: the item, or that there is none. It depends on nothing else, so it may be kept.</summary>
    public static DaxAnswer OfItem(KeySchema schema, Item? item)
    {
        AnswerWriter writer = new();
        writer.Cbor.BeginArray(0);
        ReplyWriter.Write(writer, schema, null, new GetItemReply(item, null));
        return writer.Finish();
    }

    /// <summary>A refusal of any request.</summary>
    public static DaxAnswer Of(DynamoError error, string requestId)
    {
        AnswerWriter writer = new();
        ErrorWriter.Write(writer, error, requestId, null);
        return writer.Finish();
    }

    /// <summary>An answer that was written before.</summary>
    public static DaxAnswer Of(ReadOnlyMemory<byte> written) => new(written, [], []);

    /// <summary>Writes it.</summary>
    /// <param name="ids">The numbers of <see cref="Lists"/>, in their order.</param>
    /// <param name="output">Where the bytes go.</param>
    public void Write(IReadOnlyList<int> ids, IBufferWriter<byte> output) => Write(ids, 0, bytes.Length, output);

    /// <summary>Writes a piece of it.</summary>
    /// <param name="ids">The numbers of <see cref="Lists"/>, in their order.</param>
    /// <param name="from">Where the piece begins: 0, or the end of the piece before it.</param>
    /// <param name="maxBytes">The longest that it may be, without what is written into its gaps.</param>
    /// <param name="output">Where the bytes go.</param>
    /// <returns>Where it ends; that of the last one is <see cref="Length"/>.</returns>
    public int Write(IReadOnlyList<int> ids, int from, int maxBytes, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> all = bytes.Span;
        int end = from + Math.Min(maxBytes, all.Length - from);
        int first = 0, last = gaps.Count;
        while (first < last && gaps[first].Position < from)
        {
            first++;
        }

        // A gap belongs to the piece that begins with it; one at the end of all to the last.
        while (last > first && gaps[last - 1].Position >= end && end < all.Length)
        {
            last--;
        }

        // All the room at once: a buffer that grows with a large answer would hold it twice, and more.
        output.GetSpan(end - from + ((last - first) * Gap.MaxBytes));
        int at = from;
        for (int i = first; i < last; i++)
        {
            Gap gap = gaps[i];
            output.Write(all[at..gap.Position]);
            at = gap.Position;
            uint id = (uint)(gap.List == Gap.NoList ? AttributeNames.EmptyId : ids[gap.List]);
            CborWriter writer = new(output);
            writer.Head(CborHead.Binary, (ulong)(CborHead.Length(id) + gap.ContentBytes));
            writer.Int(id);
        }

        output.Write(all[at..end]);
        return end;
    }

    private static List<KeySchema>? SchemasOf(Operation operation, IReadOnlyDictionary<string, TableInfo> tables) => operation switch
    {
        TransactWriteItems writes => [.. writes.Actions.Select(action => tables[action!.TableName].KeySchema)],
        TransactGetItems reads => [.. reads.Gets.Select(get => tables[get.TableName].KeySchema)],
        _ => null,
    };
}
