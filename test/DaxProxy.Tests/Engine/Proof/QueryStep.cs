using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Query of a table or index, either way, with any key condition.</summary>
internal sealed record QueryStep(
    int Table, ModelIndex Source, PageStep.Options Wanted, JsonObject Request, IReadOnlyList<ModelCondition.Test> Keys,
    Dictionary<string, ModelValue>? Start)
    : PageStep(Table, Source, Wanted, Request)
{
    private static readonly string[] KeyMembers =
        ["TableName", "IndexName", "KeyConditionExpression", "KeyConditions", "ExpressionAttributeNames", "ExpressionAttributeValues"];

    protected override string Verb => "Query";

    private bool IsForward => (bool?)Request["ScanIndexForward"] != false;

    public static QueryStep Next(Random random, IReadOnlyList<ModelSchema> schemas, int spread)
    {
        int table = random.Next(schemas.Count);
        ModelSchema schema = schemas[table];
        ModelIndex source = random.Pick([.. schema.Sources]);
        Options wanted = NextOptions(random, schema, source, isQuery: true);
        List<ModelCondition.Test> keys = NextKeys(random, schema, source, spread);

        // Names and values of the key condition are apart from the others, so that it can be sent alone.
        ExpressionText keyText = new(random), text = new(random);
        bool isLegacy = random.OneIn(4) && keys.TrueForAll(test => test.Terms[0].Path is not null);
        JsonObject request = NextRequest(random, schema, source, wanted, isLegacy ? text : keyText, "QueryFilter", isLegacy);
        if (isLegacy)
        {
            request["KeyConditions"] = LegacyText.Conditions(keys, random);
            text.AddTo(request);
        }
        else
        {
            ModelCondition[] shuffled = [.. keys];
            random.Shuffle(shuffled);
            request["KeyConditionExpression"] = keyText.Condition(
                shuffled.Aggregate((left, right) => new ModelCondition.Both(left, right)));
            keyText.AddTo(request);
        }

        if (random.OneIn(2))
        {
            request["ScanIndexForward"] = random.OneIn(4);
        }

        return new(table, source, wanted, request, keys, NextStart(random, schema, source, keys));
    }

    public override async Task RunAsync(ProofWorld world)
    {
        ModelTable table = world.Tables[Table];
        List<Dictionary<string, ModelValue>> expected = [.. table.EntriesOf(Source).Where(entry => Keys.All(key => key.Holds(entry)))];
        List<Dictionary<string, ModelValue>> order = await ReadAllAsync(world, KeysOnly(), expected);
        foreach ((Dictionary<string, ModelValue> one, Dictionary<string, ModelValue> next) in order.Zip(order.Skip(1)))
        {
            int? first =
                Source.Range.Select(key => ModelValue.Compare(one[key.Name], next[key.Name])).FirstOrDefault(comparison => comparison != 0);
            Answer.Demand(first is null or <= 0, $"order of {ModelValue.TextOf(one)} and {ModelValue.TextOf(next)}");
        }

        if (AsksTooMuch(table.Schema))
        {
            (await world.SendAsync(Verb, Request)).DemandError("ValidationException", null);
            return;
        }

        if (!IsForward)
        {
            order.Reverse();
        }

        await ReadPagesAsync(world, Request, order);
        if (Start is not null
            && order.TrueForAll(entry => Source.Range[0] is { Name: var name } && entry[name].Text != Start[name].Text)
            && !Wanted.DeletesBetween)
        {
            string name = Source.Range[0].Name;
            JsonObject request = Request.DeepClone().AsObject();
            request["ExclusiveStartKey"] = ModelValue.ToJson(Start, new Random(1));
            await ReadPagesAsync(
                world, request, [.. order.Where(entry => ModelValue.Compare(entry[name], Start[name]) > 0 == IsForward)]);
        }
    }

    /// <summary>The request with nothing but its key condition.</summary>
    private JsonObject KeysOnly()
    {
        JsonObject request = [];
        string text = (string?)Request["KeyConditionExpression"] ?? "";
        foreach (string member in KeyMembers.Where(Request.ContainsKey))
        {
            request[member] = Request[member]!.DeepClone();
            if (request[member] is JsonObject placeholders && member.StartsWith("Expression", StringComparison.Ordinal))
            {
                foreach (string unused in placeholders.Select(pair => pair.Key).Where(name => !Mentions(text, name)).ToList())
                {
                    placeholders.Remove(unused);
                }

                if (placeholders.Count == 0)
                {
                    request.Remove(member);
                }
            }
        }

        return request;
    }

    private static bool Mentions(string text, string placeholder)
    {
        for (int at = text.IndexOf(placeholder, StringComparison.Ordinal); at >= 0; at =
            text.IndexOf(placeholder, at + 1, StringComparison.Ordinal))
        {
            int end = at + placeholder.Length;
            if (end == text.Length || !(char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            {
                return true;
            }
        }

        return false;
    }

    private static List<ModelCondition.Test> NextKeys(Random random, ModelSchema schema, ModelIndex source, int spread)
    {
        Dictionary<string, ModelValue> example = ModelValues.Item(random, schema, spread, isSafe: true);
        List<ModelCondition.Test> keys = [.. source.Hash.Select(key => Compare(random, key, "=", Value(key)))];
        int ranges = random.Next(source.Range.Count + 1);
        for (int i = 0; i < ranges; i++)
        {
            ModelKey key = source.Range[i];
            keys.Add(i < ranges - 1 || random.OneIn(4) ? Compare(random, key, "=", Value(key)) : Restrict(random, key, Value(key)));
        }

        return keys;

        ModelValue Value(ModelKey key) => example.GetValueOrDefault(key.Name) ?? ModelValues.Key(random, key.Type);
    }

    private static ModelCondition.Test Restrict(Random random, ModelKey key, ModelValue value)
    {
        switch (random.Next(3))
        {
            case 0:
                ModelValue[] bounds = [value, ModelValues.Key(random, key.Type)];
                Array.Sort(bounds, (left, right) => ModelValue.Compare(left, right)!.Value);
                return new("BETWEEN", [Path(key), new(null, bounds[0]), new(null, bounds[1])]);
            case 1 when key.Type != "N":
                ModelValue start =
                    random.OneIn(3) ? value : key.Type == "S" ? ModelValue.Of(value.String[..1]) : ModelValue.Of(value.Bytes[..1]);
                return new("begins_with", [Path(key), new(null, start.Type == "S" && char.IsSurrogate(start.String[^1]) ? value : start)]);
            default:
                return Compare(random, key, random.Pick(RandomConditions.Orders), value);
        }
    }

    private static ModelCondition.Test Compare(Random random, ModelKey key, string comparator, ModelValue value) =>
        new(comparator, random.OneIn(8) ? [new(null, value), Path(key)] : [Path(key), new(null, value)]);

    private static ModelCondition.Term Path(ModelKey key) => new(new ModelPath([key.Name]), null);

    /// <summary>A position that need not be an item's, where the query has one sort attribute and does not restrict it.</summary>
    private static Dictionary<string, ModelValue>? NextStart(
        Random random, ModelSchema schema, ModelIndex source, List<ModelCondition.Test> keys)
    {
        if (source.Range.Count != 1
            || keys.Count != source.Hash.Count
            || schema.IsTableKey(source.Range[0].Name) && source.Name is not null)
        {
            return null;
        }

        Dictionary<string, ModelValue> start = schema.Table.Keys.Concat(source.Range).DistinctBy(key => key.Name)
            .ToDictionary(key => key.Name, key => ModelValues.Key(random, key.Type));
        foreach (ModelCondition.Test key in keys)
        {
            start[key.Paths.Single().Top] = key.Terms.Single(term => term.Constant is not null).Constant!;
        }

        return start;
    }
}
