namespace DaxProxy.Tests.Engine.Proof;

/// <summary>The naive table: a dictionary of items. An index is what a walk over all items finds.</summary>
internal sealed class ModelTable(ModelSchema schema)
{
    private readonly Dictionary<string, Dictionary<string, ModelValue>> items = [];

    public ModelSchema Schema { get; } = schema;

    public IReadOnlyCollection<Dictionary<string, ModelValue>> Items => items.Values;

    /// <summary>The identity of an item: its key by value.</summary>
    public string KeyOf(Dictionary<string, ModelValue> item) => string.Join('|', Schema.Table.Keys.Select(key => item[key.Name].Text));

    public Dictionary<string, ModelValue>? Find(Dictionary<string, ModelValue> key) => items.GetValueOrDefault(KeyOf(key));

    /// <summary>What an index, or the table, holds of an item; null for nothing.</summary>
    public Dictionary<string, ModelValue>? EntryOf(ModelIndex source, Dictionary<string, ModelValue>? item) =>
        item is null || source.Keys.Any(key => item.GetValueOrDefault(key.Name)?.Type != key.Type)
            ? null
            : item.Where(member => Schema.Holds(source, member.Key)).ToDictionary(member => member.Key, member => member.Value);

    public List<Dictionary<string, ModelValue>> EntriesOf(ModelIndex source) =>
        [.. Items.Select(item => EntryOf(source, item)).OfType<Dictionary<string, ModelValue>>()];

    /// <summary>What a write would do, without doing it.</summary>
    public ModelWrite Plan(ModelAction action)
    {
        Dictionary<string, ModelValue>? old = Find(action.Key);
        HashSet<string> faults = [];
        CheckBefore(action, faults);
        if (faults.Count > 0)
        {
            return new ModelWrite(this, action, old, null, "ValidationException", faults);
        }

        if (action.Condition?.Holds(old) == false)
        {
            return new ModelWrite(
                this, action, old, null, "ConditionalCheckFailedException", new HashSet<string> { "The conditional request failed" });
        }

        Dictionary<string, ModelValue>? updated = action.Verb switch
        {
            "Put" => action.Item,
            "Update" => action.Update is null ? old ?? action.Key : action.Update.Apply(old, action.Key, faults),
            "Delete" => null,
            _ => old,
        };
        if (action.Verb == "Update" && updated is not null && faults.Count == 0)
        {
            CheckAfter(old, updated, faults);
        }

        return new ModelWrite(this, action, old, updated, faults.Count > 0 ? "ValidationException" : null, faults);
    }

    public void Store(ModelWrite write)
    {
        items.Remove(KeyOf(write.Action.Key));
        if (write.New is not null)
        {
            items[KeyOf(write.New)] = write.New;
        }
    }

    /// <summary>Faults that do not depend on the item there is.</summary>
    private void CheckBefore(ModelAction action, HashSet<string> faults)
    {
        foreach (ModelIndex index in Schema.Indexes)
        {
            foreach (ModelKey key in index.Keys.Where(key => !Schema.IsTableKey(key.Name)))
            {
                ModelValue? value = action.Verb == "Put"
                    ? action.Item.GetValueOrDefault(key.Name)
                    : action.Update?.Actions.FirstOrDefault(
                        set => set.Clause == "SET" && !set.Target.IsNested && set.Target.Top == key.Name)?.Value!.Constant;
                if (value is not null && value.Type != key.Type)
                {
                    faults.Add(
                        $"One or more parameter values were invalid: Type mismatch for Index Key {key.Name} Expected: {key.Type} Actual: {value.Type} IndexName: {index.Name}");
                }
                else if (value is not null && action.Verb == "Put" && IsEmpty(value))
                {
                    faults.Add("One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
                        + $"The AttributeValue for a key attribute cannot contain an empty {(key.Type == "S" ? "string" : "binary")} value. IndexName: {index.Name}, IndexKey: {key.Name}");
                }
                else if (value is not null && action.Verb == "Put" && IsTooLong(index, key, value))
                {
                    faults.Add("One or more parameter values were invalid: " + (index.Hash.Contains(key)
                        ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
                        : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"));
                }
            }
        }
    }

    private void CheckAfter(Dictionary<string, ModelValue>? old, Dictionary<string, ModelValue> updated, HashSet<string> faults)
    {
        foreach ((ModelIndex index, ModelKey key) in Schema.Indexes.SelectMany(index => index.Keys.Select(key => (index, key))))
        {
            ModelValue? value = updated.GetValueOrDefault(key.Name);
            if (value is null || value.Text == old?.GetValueOrDefault(key.Name)?.Text)
            {
                continue;
            }

            if (value.Type != key.Type)
            {
                faults.Add("The update expression attempted to update the secondary index key to unsupported type");
            }
            else if (IsEmpty(value))
            {
                faults.Add(
                    "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a value that is not supported. "
                    + $"The AttributeValue for a key attribute cannot contain an empty {(key.Type == "S" ? "string" : "binary")} value.");
            }
            else if (IsTooLong(index, key, value))
            {
                faults.Add("The update expression attempted to update the secondary index key beyond allowed size limits");
            }
        }
    }

    private static bool IsTooLong(ModelIndex index, ModelKey key, ModelValue value) =>
        value.Size > (index.Hash.Contains(key) ? 2048 : 1024);

    private static bool IsEmpty(ModelValue value) => value.Type is "S" or "B" && value.Size == 0;
}
