using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json;

/// <summary>
/// A record of an import, an export or a bulk put in DynamoDB's JSON: <c>{"Item":{"pk":{"S":"a"}}}</c>. Beside the item may stand a
/// condition, with the members that PutItem has for it. It is read and checked as a PutItem of the same members.
/// </summary>
public static class ItemRecordJson
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 512 };

    /// <summary>Reads a record.</summary>
    /// <param name="record">The text of the record.</param>
    /// <param name="tableName">The table that the item is for.</param>
    /// <param name="layer">Whose texts to use.</param>
    /// <param name="put">The item with its condition, checked as far as that needs no table; null if an error is returned.</param>
    public static DynamoError? TryRead(ReadOnlyMemory<byte> record, string tableName, ValidationLayer layer, out PutItem? put)
    {
        put = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(record, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object || document.RootElement.Member("Item") is null)
            {
                return TransferFaults.NoItem;
            }

            DynamoError? error = KindCheck.Check(PutItemJson.Verb.Input, document.RootElement);
            if (error is not null)
            {
                return error;
            }

            PutItem read = new()
            {
                TableName = tableName,
                Item = document.RootElement.Attributes("Item", layer),
                ConditionExpression = document.RootElement.Text("ConditionExpression"),
                Expressions = document.RootElement.Expressions(layer),
            };
            error = read.Validate(layer);
            put = error is null ? read : null;
            return error;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The second: a string with half a surrogate pair, or with bytes that are no UTF-8.
            return TransferFaults.NotOfFormat("JSON");
        }
    }
}
