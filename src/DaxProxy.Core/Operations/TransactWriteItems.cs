using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;

namespace DaxProxy.Core.Operations;

/// <summary>Up to 100 writes and checks of items of any tables, of which all are made or none.</summary>
public sealed class TransactWriteItems() : Operation(Definition)
{
    /// <summary>What the verb is.</summary>
    public static Verb Definition { get; } = new(nameof(TransactWriteItems)) { IsDecoded = true, Effect = VerbEffect.Items };

    /// <inheritdoc/>
    public override IReadOnlyList<string> TableNames => [.. Actions.OfType<WriteOperation>().Select(action => action.TableName).Distinct()];

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
    /// Digest of the request that the actions were made of, where that was no TransactWriteItems: handed-over trees have no text to
    /// compare.
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

    /// <summary>A digest of what the actions do, by which a repetition is told from another request with the same token.</summary>
    public byte[] ComputeDigest()
    {
        if (SourceDigest is not null)
        {
            return SourceDigest;
        }

        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter writer = new(text))
        {
            writer.WriteStartArray();
            foreach (WriteOperation action in Actions.OfType<WriteOperation>())
            {
                WriteAction(writer, action);
            }

            writer.WriteEndArray();
        }

        return SHA256.HashData(text.WrittenSpan);
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

            if (action.Validate(layer) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    private static void WriteAction(Utf8JsonWriter writer, WriteOperation action)
    {
        writer.WriteStartObject();
        writer.WriteString("verb"u8, action.Name);
        writer.WriteString("table"u8, action.TableName);
        writer.WritePropertyName("attributes"u8);
        AttributeJson.Write(writer, AttributesOf(action));
        writer.WriteString("condition"u8, action.ConditionExpression);
        writer.WriteString("update"u8, (action as UpdateItem)?.UpdateExpression);
        writer.WriteBoolean("returnItem"u8, action.ReturnItemOnConditionFailure);
        writer.WriteStartObject("names"u8);
        foreach ((string reference, string name) in action.Expressions.Names ?? new Dictionary<string, string>())
        {
            writer.WriteString(reference, name);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("values"u8);
        foreach ((string reference, Decoded<AttributeValue> value) in action.Expressions.Values ?? [])
        {
            writer.WritePropertyName(reference);
            AttributeJson.Write(writer, value.Value!);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
