using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>TransactGetItems and TransactWriteItems.</summary>
internal static class TransactionRequests
{
    public static void Write(Utf8JsonWriter writer, TransactGetItems transaction)
    {
        writer.WriteStartArray("TransactItems"u8);
        foreach (GetItem get in transaction.Gets)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("Get"u8);
            ItemRequests.WriteTarget(writer, get);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteChoice("ReturnConsumedCapacity"u8, transaction.ReturnConsumedCapacity);
    }

    public static void Write(Utf8JsonWriter writer, TransactWriteItems transaction)
    {
        writer.WriteStartArray("TransactItems"u8);
        foreach (WriteOperation? action in transaction.Actions)
        {
            writer.WriteStartObject();
            writer.WriteStartObject(action switch
            {
                PutItem => "Put"u8,
                UpdateItem => "Update"u8,
                DeleteItem => "Delete"u8,
                _ => "ConditionCheck"u8,
            });
            ItemRequests.WriteAction(writer, action!);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteText("ClientRequestToken"u8, transaction.ClientRequestToken);
        writer.WriteChoice("ReturnConsumedCapacity"u8, transaction.ReturnConsumedCapacity);
        writer.WriteText("ReturnItemCollectionMetrics"u8, transaction.ReturnItemCollectionMetrics ? "SIZE" : null);
    }
}
