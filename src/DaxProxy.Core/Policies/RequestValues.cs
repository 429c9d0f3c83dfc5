using DaxProxy.Core.Expressions;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Partiql;
using DaxProxy.Core.Tables;

namespace DaxProxy.Core.Policies;

/// <summary>What conditions can ask about what a request says: keys, attributes, what comes back.</summary>
/// <remarks>
/// Pure functions. Where it cannot be told which partition a request is about, since the table, the index or the attribute is not there,
/// <c>LeadingKeys</c> is the empty text, which no key can be: so nothing is let through for want of a value, and who may not see the table
/// does not learn that it is not there. A Scan has no such key, as at AWS; a statement that reads everything has the empty text.
/// </remarks>
public static class RequestValues
{
    private const string Nowhere = "";

    /// <summary>Adds the values of a demand.</summary>
    /// <param name="request">Where to.</param>
    /// <param name="demand">The demand.</param>
    /// <param name="table">Its table; null where that is not known.</param>
    public static void Add(RequestContext request, Demand demand, TableInfo? table)
    {
        if (demand.EnclosingOperation is not null)
        {
            request.Set(ConditionKeys.EnclosingOperation, demand.EnclosingOperation);
            request.Set("dax:EnclosingOperation", demand.EnclosingOperation);
        }

        switch (demand.Subject)
        {
            case GetItem get:
                AddKeys(request, table, [get.Key.Value!]);
                AddRead(request, get.Key.Value!.Keys, get.Projection);
                SetCapacity(request, get.ReturnConsumedCapacity);
                break;
            case BatchGetItem.KeysAndAttributes keys:
                AddKeys(request, table, [.. keys.Keys.Select(key => key.Value!)]);
                AddRead(request, keys.Keys.SelectMany(key => key.Value!.Keys), keys.Projection);
                break;
            case List<BatchWriteItem.WriteRequest> writes:
                AttributeMap[] written = [.. writes.Select(write => (write.Item ?? write.Key)!.Value.Value!)];
                AddKeys(request, table, written);
                SetAttributes(request, written.SelectMany(attributes => attributes.Keys));
                break;
            case WriteOperation write:
                AddWrite(request, table, write);
                break;
            case Query query:
                AddQuery(request, query, table, demand.IndexName);
                break;
            case PageOperation scan:
                SetAttributes(request, Filtered(scan));
                AddPage(request, scan);
                break;
            case SearchVectors search:
                SetKeys(request, [Nowhere]);
                SetAttributes(request, search.Conditions.Select(condition => condition.Path.TopLevelName).Concat(Names(search.Projection)));
                request.Set(
                    ConditionKeys.Select,
                    search.Projection is null ? nameof(Select.ALL_PROJECTED_ATTRIBUTES) : nameof(Select.SPECIFIC_ATTRIBUTES));
                SetCapacity(request, search.ReturnConsumedCapacity);
                break;
            case StatementAccess statement:
                AddStatement(request, statement, table);
                break;
            case CreateTable create:
                SetTags(request, create.Tags);
                break;
            case TagResource tag:
                SetTags(request, tag.Tags);
                break;
            case UntagResource untag:
                request.Set("aws:TagKeys", untag.TagKeys);
                break;
        }

        if (demand.Capacity is { } capacity)
        {
            SetCapacity(request, capacity);
        }
    }

    private static void AddWrite(RequestContext request, TableInfo? table, WriteOperation write)
    {
        AttributeMap attributes = TransactWriteItems.AttributesOf(write);
        AddKeys(request, table, [attributes]);
        IEnumerable<string> names = attributes.Keys.Concat(write.Condition?.TopLevelNames ?? []);
        SetAttributes(request, write is UpdateItem { Update: { } update } ? names.Concat(update.TopLevelNames) : names);
        if (write is not ConditionCheck)
        {
            SetReturnValues(request, write.ReturnValues, write.ReturnItemOnConditionFailure);
            SetCapacity(request, write.ReturnConsumedCapacity);
        }
        else if (write.ReturnItemOnConditionFailure)
        {
            request.Set(ConditionKeys.ReturnValues, nameof(ReturnValues.ALL_OLD));
        }
    }

    private static void AddQuery(RequestContext request, Query query, TableInfo? table, string? indexName)
    {
        IReadOnlyList<KeyCondition> conditions = query.KeyCondition.Conditions;
        IReadOnlyList<KeyAttribute>? hash = HashOf(table, indexName);
        SetKeys(request, hash is null ? [Nowhere] : [.. hash.Select(attribute => conditions
            .FirstOrDefault(condition => condition.AttributeName == attribute.Name && condition.Operator == KeyOperator.Equal) is { } clause
            ? TextOf(clause.Value)
            : Nowhere)]);
        SetAttributes(request, conditions.Select(condition => condition.AttributeName).Concat(Filtered(query)));
        AddPage(request, query);
    }

    private static void AddStatement(RequestContext request, StatementAccess statement, TableInfo? table)
    {
        IReadOnlyList<AttributeValue>? keys = table is null ? null : statement.PartitionKeysIn(table);
        request.Set(ConditionKeys.LeadingKeys, keys is null ? [Nowhere] : [.. keys.Select(TextOf)]);
        request.Set(ConditionKeys.PartitionKeyValues[0], keys is null ? [Nowhere] : [.. keys.Select(TextOf)]);
        SetAttributes(request, statement.Attributes);
        if (statement.IsSelect)
        {
            request.Set(ConditionKeys.FullTableScan, keys is null ? "true" : "false");
            request.Set(ConditionKeys.Select, statement.HasColumns ? nameof(Select.SPECIFIC_ATTRIBUTES) : nameof(Select.ALL_ATTRIBUTES));
        }

        if (!statement.IsSelect || statement.ReturnsItemOnFailure)
        {
            SetReturnValues(request, statement.Returning, statement.ReturnsItemOnFailure);
        }

        SetCapacity(request, statement.ReturnConsumedCapacity);
    }

    private static void AddPage(RequestContext request, PageOperation page)
    {
        request.Set(ConditionKeys.Select, (page.Select != Select.Default ? page.Select
            : page.Projection is not null ? Select.SPECIFIC_ATTRIBUTES
            : page.IndexName is not null ? Select.ALL_PROJECTED_ATTRIBUTES
            : Select.ALL_ATTRIBUTES).ToString());
        SetCapacity(request, page.ReturnConsumedCapacity);
    }

    private static void AddRead(RequestContext request, IEnumerable<string> keyNames, ProjectionExpression? projection)
    {
        SetAttributes(request, keyNames.Concat(Names(projection)));
        request.Set(ConditionKeys.Select, projection is null ? nameof(Select.ALL_ATTRIBUTES) : nameof(Select.SPECIFIC_ATTRIBUTES));
    }

    private static void AddKeys(RequestContext request, TableInfo? table, IReadOnlyList<AttributeMap> items)
    {
        string? hash = table?.KeySchema.HashName;
        string[] keys = [.. items.Select(item =>
            hash is not null && item.TryGetValue(hash, out AttributeValue? value) ? TextOf(value) : Nowhere).Distinct()];
        request.Set(ConditionKeys.LeadingKeys, keys);
        request.Set(ConditionKeys.PartitionKeyValues[0], keys);
    }

    /// <summary>The attributes of one partition key: some indexes have several. The first leads.</summary>
    private static void SetKeys(RequestContext request, string[] attributes)
    {
        request.Set(ConditionKeys.LeadingKeys, attributes[0]);
        for (int index = 0; index < attributes.Length; index++)
        {
            request.Set(ConditionKeys.PartitionKeyValues[index], attributes[index]);
        }
    }

    private static IReadOnlyList<KeyAttribute>? HashOf(TableInfo? table, string? indexName) => table is null ? null
        : indexName is null ? table.Layout.Hash
        : table.Indexes.GetValueOrDefault(indexName)?.Hash;

    /// <summary>
    /// What comes back of the item. An item that a failed condition returns counts as well, which AWS does not say: else a condition that
    /// fails would show what may not be seen.
    /// </summary>
    private static void SetReturnValues(RequestContext request, ReturnValues returnValues, bool onFailure) => request.Set(
        ConditionKeys.ReturnValues,
        onFailure && returnValues != ReturnValues.ALL_OLD
            ? [returnValues.ToString(), nameof(ReturnValues.ALL_OLD)]
            : [returnValues.ToString()]);

    private static void SetCapacity(RequestContext request, ReturnConsumedCapacity capacity) =>
        request.Set(ConditionKeys.ReturnConsumedCapacity, capacity.ToString());

    private static void SetAttributes(RequestContext request, IEnumerable<string> names) =>
        request.Set(ConditionKeys.Attributes, [.. names.Distinct(StringComparer.Ordinal)]);

    private static void SetTags(RequestContext request, IReadOnlyList<Tag> tags)
    {
        foreach (Tag tag in tags)
        {
            request.Add(ConditionKeys.RequestTag + tag.Key, tag.Value);
        }

        request.Set("aws:TagKeys", [.. tags.Select(tag => tag.Key)]);
    }

    private static IEnumerable<string> Filtered(PageOperation page) => (page.Filter?.TopLevelNames ?? []).Concat(Names(page.Projection));

    private static IEnumerable<string> Names(ProjectionExpression? projection) => projection?.Paths.Select(path => path.TopLevelName) ?? [];

    private static string TextOf(AttributeValue value) => value.Type switch
    {
        AttributeType.S => value.String,
        AttributeType.N => value.Number.ToString(),
        AttributeType.B => Convert.ToBase64String(value.Binary.Span),
        _ => Nowhere,
    };
}
