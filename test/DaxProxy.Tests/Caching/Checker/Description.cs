using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Operations in few words, for the story of a failure.</summary>
internal static class Description
{
    public static string Of(Operation operation) => operation switch
    {
        GetItem get => $"Get {get.TableName} {Values.Show(get.Key.Value!)}{(get.ConsistentRead ? " consistently" : "")}",
        BatchGetItem batch =>
            $"BatchGet {string.Join("; ", batch.Tables.SelectMany(table => table.Keys.Select(key => $"{table.TableName} {Values.Show(key.Value!)}")))}",
        Query query =>
            $"Query {Source(query)} {Fill(query.KeyConditionExpression, query.Expressions)}{(query.ScanIndexForward ? "" : " backwards")}{Rest(query)}",
        Scan scan => $"Scan {Source(scan)}{(scan.Segment is { } segment ? $" segment {segment}/{scan.TotalSegments}" : "")}{Rest(scan)}",
        PutItem put => $"Put {put.TableName} {Values.Show(put.Item.Value!)}{If(put)}",
        UpdateItem update =>
            $"Update {update.TableName} {Values.Show(update.Key.Value!)}: {Fill(update.UpdateExpression, update.Expressions)}{If(update)}",
        DeleteItem delete => $"Delete {delete.TableName} {Values.Show(delete.Key.Value!)}{If(delete)}",
        ConditionCheck check => $"Check {check.TableName} {Values.Show(check.Key.Value!)}{If(check)}",
        BatchWriteItem batch => $"BatchWrite {string.Join("; ", batch.Writes.Select(Part))}",
        TransactWriteItems transaction => $"Transact {string.Join("; ", transaction.Actions.Select(action => Of(action!)))}",
        UpdateTable update =>
            $"UpdateTable {update.TableName} {(update.GlobalSecondaryIndexUpdates!.Single().Create is null ? "without" : "with")} {Design.Late.Name}",
        CreateTable create => $"CreateTable {create.TableName}",
        DeleteTable delete => $"DeleteTable {delete.TableName}",
        _ => operation.Name,
    };

    private static string Part(BatchWriteItem.WriteRequest write) => write.Item is { } item
        ? $"put {write.TableName} {Values.Show(item.Value!)}"
        : $"delete {write.TableName} {Values.Show(write.Key!.Value.Value!)}";

    private static string Source(PageOperation page) => page.IndexName is null ? page.TableName : $"{page.TableName}.{page.IndexName}";

    private static string Rest(PageOperation page) =>
        $"{(page.FilterExpression is null ? "" : $" filter {Fill(page.FilterExpression, page.Expressions)}")}"
        + $"{(page.ProjectionExpression is null ? "" : $" of {page.ProjectionExpression}")}{(page.Select == Select.Default ? "" : $" {page.Select}")}"
        + $"{(page.Limit is { } limit ? $" limit {limit}" : "")}{(page.ExclusiveStartKey is { } start ? $" from {Values.Show(start.Value!)}" : "")}";

    private static string If(WriteOperation write) => write.ConditionExpression is null ? "" : $" if {write.ConditionExpression}";

    /// <summary>An expression with its values instead of their placeholders.</summary>
    private static string? Fill(string? expression, ExpressionParameters parameters)
    {
        foreach ((string reference, Decoded<AttributeValue> value) in (parameters.Values ?? []).OrderByDescending(pair => pair.Key.Length))
        {
            string text = Values.Show(new AttributeMap { [""] = value.Value! })[1..];
            expression = expression?.Replace(reference, text, StringComparison.Ordinal);
        }

        return expression;
    }
}
