using System.Text.Json;
using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Wire.Json.Outbound;

/// <summary>GetItem, PutItem, UpdateItem, DeleteItem, and the parts of them that transactions consist of.</summary>
internal static class ItemRequests
{
    public static void Write(Utf8JsonWriter writer, GetItem get)
    {
        WriteTarget(writer, get);
        writer.WriteFlag("ConsistentRead"u8, get.ConsistentRead);
        writer.WriteTexts("AttributesToGet"u8, get.AttributesToGet);
        writer.WriteChoice("ReturnConsumedCapacity"u8, get.ReturnConsumedCapacity);
    }

    public static void Write(Utf8JsonWriter writer, WriteOperation write, ReturnValues returnValues)
    {
        WriteAction(writer, write);
        writer.WriteExpected(write);
        writer.WriteAttributeUpdates((write as UpdateItem)?.AttributeUpdates);
        writer.WriteChoice("ReturnValues"u8, returnValues);
        writer.WriteChoice("ReturnConsumedCapacity"u8, write.ReturnConsumedCapacity);
        writer.WriteText("ReturnItemCollectionMetrics"u8, write.ReturnItemCollectionMetrics ? "SIZE" : null);
    }

    /// <summary>What a Get of TransactGetItems has.</summary>
    public static void WriteTarget(Utf8JsonWriter writer, GetItem get)
    {
        ExpressionText made = new();
        writer.WriteString("TableName"u8, get.TableName);
        writer.WriteAttributes("Key"u8, get.Key.Value!);
        writer.WriteProjection(get.ProjectionExpression, get.AttributesToGet, get.Projection, made);
        writer.WriteReferences(get.Expressions, made);
    }

    /// <summary>What an action of TransactWriteItems has.</summary>
    public static void WriteAction(Utf8JsonWriter writer, WriteOperation action)
    {
        ExpressionText made = new();
        writer.WriteString("TableName"u8, action.TableName);
        writer.WriteAttributes(action is PutItem ? "Item"u8 : "Key"u8, TransactWriteItems.AttributesOf(action));
        if (action is UpdateItem { AttributeUpdates: null } update)
        {
            writer.WriteText("UpdateExpression"u8, update.UpdateExpression ?? (update.Update is { } tree ? made.Of(tree) : null));
        }

        if (action.Expected is null)
        {
            writer.WriteText("ConditionExpression"u8, action.ConditionExpression ?? (action.Condition is { } tree ? made.Of(tree) : null));
        }

        writer.WriteReferences(action.Expressions, made);
        writer.WriteText("ReturnValuesOnConditionCheckFailure"u8, action.ReturnItemOnConditionFailure ? "ALL_OLD" : null);
    }
}
