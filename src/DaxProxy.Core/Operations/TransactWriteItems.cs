using System.Security.Cryptography;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Up to 100 writes and checks of items of any tables. All of them are made, or none.</summary>
public sealed class TransactWriteItems() : Operation(Definition)
{
    /// <summary>
    /// How many levels a value of an expression may have beyond those that an item may: one of 33 levels is no fault of a transaction until
    /// something writes it. Source: paritysuite/dynamodb-conformance, <c>nestingDepth.test.ts</c>, as thirty regions answered in October
    /// 2026; three refuse it.
    /// </summary>
    internal const int MoreLevels = 1;

    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(TransactWriteItems)) { IsDecoded = true, Effect = VerbEffect.Items };

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [.. Actions.OfType<WriteOperation>().Select(action => action.TableName).Distinct()];

    /// <summary>Of the items on which conditions failed, as far as they are asked for.</summary>
    public override long MaxReplyItemBytes =>
        Actions.Count(static action => action is { ReturnItemOnConditionFailure: true }) * ReplyLimits.ItemBytes;

    /// <summary>
    /// The actions in the order sent: <see cref="PutItem"/>, <see cref="UpdateItem"/>, <see cref="DeleteItem"/> or
    /// <see cref="ConditionCheck"/>; null where an entry did not name exactly one.
    /// </summary>
    public required IReadOnlyList<WriteOperation?> Actions { get; init; }

    /// <summary>Whether the faulty entry named several actions, not none.</summary>
    public bool HasSeveralActionsInOne { get; init; }

    /// <summary>Makes repetitions within ten minutes have no effect; null when absent.</summary>
    public string? ClientRequestToken { get; init; }

    /// <summary>How to report capacity.</summary>
    public ReturnConsumedCapacity ReturnConsumedCapacity { get; init; }

    /// <summary>Whether to report the sizes of item collections.</summary>
    public bool ReturnItemCollectionMetrics { get; init; }

    /// <summary>
    /// Digest of the request that the actions were made of, where that was an ExecuteTransaction.
    /// </summary>
    public byte[]? SourceDigest { get; init; }

    /// <summary>The same with this token. To be called with a checked operation; what comes out counts as checked.</summary>
    public TransactWriteItems WithToken(string token) => new()
    {
        Actions = Actions,
        ClientRequestToken = token,
        ReturnConsumedCapacity = ReturnConsumedCapacity,
        ReturnItemCollectionMetrics = ReturnItemCollectionMetrics,
        SourceDigest = SourceDigest,
        Explanation = Explanation,
    };

    /// <summary>The item of a put, the key of any other action.</summary>
    public static AttributeMap AttributesOf(WriteOperation action) => action switch
    {
        PutItem put => put.Item.Value!,
        UpdateItem update => update.Key.Value!,
        DeleteItem delete => delete.Key.Value!,
        _ => ((ConditionCheck)action).Key.Value!,
    };

    /// <summary>
    /// A digest of what the actions do, by which a repetition is told from another request with the same token. The order of members means
    /// nothing (verified at AWS: localstack/localstack#6529). Expressions count as they are written: whether white space in them means
    /// nothing to the service is not known.
    /// </summary>
    public byte[] ComputeDigest()
    {
        if (SourceDigest is not null)
        {
            return SourceDigest;
        }

        CanonicalWriter writer = new();
        foreach (WriteOperation action in Actions.OfType<WriteOperation>())
        {
            Write(writer, action);
        }

        return SHA256.HashData(writer.Written);
    }

    /// <inheritdoc/>
    protected override DynamoError? CheckStatically(ValidationLayer layer)
    {
        foreach (WriteOperation? action in Actions)
        {
            if (action is null)
            {
                return HasSeveralActionsInOne ? TransactionFaults.SeveralActions : TransactionFaults.NoAction;
            }

            if (Check(action, layer) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    /// <summary>
    /// That an item or a key is nested too deeply is the last that is said of an action. Source: paritysuite/dynamodb-conformance,
    /// <c>deepRequests.test.ts</c>, for values of 100 levels; of 33 to 99 no source is known.
    /// </summary>
    private static DynamoError? Check(WriteOperation action, ValidationLayer layer)
    {
        DynamoError? error = action.Validate(layer);
        return error is { Message: ValueFaults.TooDeep } ? action.CompileExpressions(layer) ?? error : error;
    }

    private static void Write(CanonicalWriter writer, WriteOperation action)
    {
        writer.Text(action.GetType().Name);
        writer.Text(action.TableName);
        writer.Map(AttributesOf(action));
        writer.Byte(action.ReturnItemOnConditionFailure ? (byte)1 : (byte)0);
        writer.Text(action.ConditionExpression);
        writer.Condition(action.ConditionExpression is null ? action.Condition : null);
        string? update = (action as UpdateItem)?.UpdateExpression;
        writer.Text(update);
        writer.Update(update is null ? (action as UpdateItem)?.Update : null);
        IReadOnlyDictionary<string, string> names = action.Expressions.Names ?? new Dictionary<string, string>();
        writer.Int(names.Count);
        foreach ((string reference, string name) in names.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Text(reference);
            writer.Text(name);
        }

        writer.Int(action.Expressions.Values?.Count ?? 0);
        foreach ((string reference, Decoded<AttributeValue> value) in
            (action.Expressions.Values ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.Text(reference);
            writer.Value(value.Value!);
        }
    }
}
