using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Wire.Dax.Cbor;

namespace DaxProxy.Core.Wire.Dax.Reading;

/// <summary>Expressions of a request, which clients send parsed: makes the trees that the texts behind them would have become.</summary>
/// <remarks>
/// <code>
/// expression = [ 1, tree, [ value … ] ]      ; conditions, filters, key conditions, updates
/// projection = [ 1, [ path … ] ]
/// </code>
/// Names are in the tree, values are referred to by their position. The checks are those that a text goes through, but for what a tree
/// cannot have: reserved words, undefined references, redundant parentheses. Source: the expression encoders of the public clients.
/// </remarks>
internal static class EncodedExpressionReader
{
    private const int Version = 1;

    /// <summary>A text of 4096 bytes cannot refer to more values.</summary>
    private const int MaxValues = 2048;

    /// <summary>
    /// Nor can it become more data items: what takes most for its length is a path of one character and a comma, which become three.
    /// </summary>
    private const int MaxItems = (3 * 2048) + 16;

    /// <summary>A condition or a filter.</summary>
    /// <param name="bytes">The expression.</param>
    /// <param name="kind">Which it is.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="condition">What was read.</param>
    /// <param name="moreLevels">How many levels its values may have beyond those that an item may.</param>
    public static DynamoError? TryReadCondition(
        ReadOnlySpan<byte> bytes, ExpressionKind kind, ValidationLayer layer, out ConditionExpression? condition, int moreLevels = 0)
    {
        DynamoError? error = TryReadRoot(bytes, kind, layer, moreLevels, out ConditionNode? root);
        condition = error is null ? new ConditionExpression(root!) : null;
        return error;
    }

    /// <summary>A key condition.</summary>
    public static DynamoError? TryReadKeyCondition(ReadOnlySpan<byte> bytes, ValidationLayer layer, out KeyConditionExpression? condition)
    {
        condition = null;
        return TryReadRoot(bytes, ExpressionKind.KeyCondition, layer, moreLevels: 0, out ConditionNode? root)
            ?? KeyConditionExpression.TryConvert(root!, layer, out condition);
    }

    /// <summary>An update.</summary>
    /// <param name="bytes">The expression.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="update">What was read.</param>
    /// <param name="moreLevels">How many levels its values may have beyond those that an item may.</param>
    public static DynamoError? TryReadUpdate(
        ReadOnlySpan<byte> bytes, ValidationLayer layer, out UpdateExpression? update, int moreLevels = 0)
    {
        update = null;
        if (TryOpen(bytes, ExpressionKind.Update, layer, moreLevels, out ReadOnlySpan<byte> tree, out AttributeValue[] values) is { } error)
        {
            return error;
        }

        TreeReader reader = new(tree, values, ExpressionKind.Update);
        List<UpdateAction> actions = UpdateTree.Read(ref reader);
        error = reader.Finish();
        update = error is null ? new UpdateExpression(actions) : null;
        return error;
    }

    /// <summary>A projection.</summary>
    public static DynamoError? TryReadProjection(ReadOnlySpan<byte> bytes, out ProjectionExpression? projection)
    {
        CborReader envelope = new(bytes);
        int parts = Begin(ref envelope);
        projection = null;
        if (TryNext(ref envelope, ref parts, ExpressionKind.Projection, out ReadOnlySpan<byte> tree) is { } tooLong)
        {
            return tooLong;
        }

        TreeReader reader = new(tree, [], ExpressionKind.Projection);
        List<DocumentPath> paths = reader.ReadPaths();
        DynamoError? error = reader.Finish();
        projection = error is null ? new ProjectionExpression(paths) : null;
        return error;
    }

    private static DynamoError? TryReadRoot(
        ReadOnlySpan<byte> bytes, ExpressionKind kind, ValidationLayer layer, int moreLevels, out ConditionNode? root)
    {
        root = null;
        if (TryOpen(bytes, kind, layer, moreLevels, out ReadOnlySpan<byte> tree, out AttributeValue[] values) is { } error)
        {
            return error;
        }

        TreeReader reader = new(tree, values, kind);
        root = ConditionTree.Read(ref reader);
        return reader.Finish();
    }

    /// <summary>Takes the envelope apart and reads the values.</summary>
    private static DynamoError? TryOpen(
        ReadOnlySpan<byte> bytes,
        ExpressionKind kind,
        ValidationLayer layer,
        int moreLevels,
        out ReadOnlySpan<byte> tree,
        out AttributeValue[] values)
    {
        values = [];
        CborReader envelope = new(bytes);
        int parts = Begin(ref envelope);
        if (TryNext(ref envelope, ref parts, kind, out tree) is { } tooLong)
        {
            return tooLong;
        }

        if (!envelope.HasNext(ref parts))
        {
            throw CborReader.Malformed();
        }

        List<AttributeValue> read = [];
        int count = envelope.ReadArray();
        while (envelope.HasNext(ref count))
        {
            Decoded<AttributeValue> value = ValueReader.Read(ref envelope, layer, moreLevels);
            if (value.Fault is { } fault)
            {
                // What the client's caller named the value is lost on this wire.
                return RequestFaults.InvalidExpressionValue(fault, $":{read.Count}", layer);
            }

            if (read.Count == MaxValues)
            {
                return TooLong(kind, bytes.Length);
            }

            read.Add(value.Value!);
        }

        values = [.. read];
        return null;
    }

    private static int Begin(ref CborReader envelope)
    {
        int parts = envelope.ReadArray();
        return envelope.HasNext(ref parts) && envelope.ReadInt32() == Version ? parts : throw CborReader.Malformed();
    }

    /// <summary>Takes the tree out; how deep it is, is for its reader to see.</summary>
    private static DynamoError? TryNext(
        scoped ref CborReader envelope, scoped ref int parts, ExpressionKind kind, out ReadOnlySpan<byte> tree)
    {
        tree = envelope.HasNext(ref parts) ? envelope.ReadItem(out int items) : throw CborReader.Malformed();
        return items > MaxItems ? TooLong(kind, tree.Length) : null;
    }

    private static DynamoError TooLong(ExpressionKind kind, int bytes) => ExpressionFaults.Invalid(
        TreeReader.ParameterOf(kind), kind == ExpressionKind.Update ? ExpressionFaults.UpdateTooLong : ExpressionFaults.TooLong(bytes));
}
