using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>
/// What Query and Scan have in common: first everything is read at once, whose order is checked where DynamoDB promises one and taken as it
/// is where it does not; then page after page with filter, projection and limit, compared with that.
/// </summary>
internal abstract record PageStep(int Table, ModelIndex Source, PageStep.Options Wanted, JsonObject Request) : Step
{
    protected abstract string Verb { get; }

    /// <summary>Whether one item at most can be read. Then there is no going on: the service refuses such a start key.</summary>
    private bool IsSingleItem => Verb == "Query" && Source is { Name: null, Range.Count: 0 };

    /// <summary>What may be asked of a page.</summary>
    internal sealed record Options(
        ModelCondition? Filter, IReadOnlyList<ModelPath>? Projection, string? Select, int? Limit, bool IsConsistent, string Detail,
        bool DeletesBetween);

    protected static Options NextOptions(Random random, ModelSchema schema, ModelIndex source, bool isQuery)
    {
        bool isFree = !source.IsGlobal || random.OneIn(30);
        List<string> names = [.. ModelValues.PlainNames.Concat(schema.KeyNames).Where(name => isFree || schema.Holds(source, name))];
        List<string> filterable = [.. names.Where(name => !isQuery || source.Keys.All(key => key.Name != name))];
        IReadOnlyList<ModelPath>? projection = names.Count == 0 ? null : RandomProjections.Next(random, schema, names);
        List<string?> selects = projection is not null ? [null, "SPECIFIC_ATTRIBUTES"] : [null, null, "COUNT"];
        if (projection is null)
        {
            selects.AddRange(
                source.Name is null ? ["ALL_ATTRIBUTES"]
                    : source.IsGlobal && source.Projected is not null ? ["ALL_PROJECTED_ATTRIBUTES"]
                    : ["ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"]);
        }

        return new(
            filterable.Count > 0 && random.OneIn(2) ? new RandomConditions(random, schema.KeyNames, filterable).Next(random.Next(3)) : null,
            projection,
            random.Pick(selects),
            random.OneIn(3) ? null : random.Next(1, 6),
            !source.IsGlobal && random.OneIn(2),
            random.Pick(["NONE", "TOTAL", "INDEXES"]),
            random.OneIn(6));
    }

    protected static JsonObject NextRequest(
        Random random, ModelSchema schema, ModelIndex source, Options wanted, ExpressionText text, string legacyFilter, bool isLegacy)
    {
        JsonObject request = new() { ["TableName"] = schema.Name, ["ReturnConsumedCapacity"] = wanted.Detail };
        Set("IndexName", source.Name);
        Set("Select", wanted.Select);
        Set("Limit", wanted.Limit);
        if (wanted.IsConsistent)
        {
            request["ConsistentRead"] = true;
        }

        bool isLegacyFilter = isLegacy && (wanted.Filter is null || LegacyText.TryAdd(request, legacyFilter, wanted.Filter, random))
            && wanted.Projection?.Any(path => path.IsNested) != true;
        if (!isLegacyFilter && wanted.Filter is not null)
        {
            request.Remove(legacyFilter);
            request.Remove("ConditionalOperator");
            request["FilterExpression"] = text.Condition(wanted.Filter);
        }

        if (isLegacyFilter && wanted.Projection is not null)
        {
            request["AttributesToGet"] = new JsonArray([.. wanted.Projection.Select(path => (JsonNode)path.Top)]);
        }
        else
        {
            RandomProjections.AddTo(request, wanted.Projection, text, random, allowLegacy: false);
        }

        return request;

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                request[name] = value;
            }
        }
    }

    /// <summary>Reads all entries at once, demands that they are those expected, and gives them in the order in which they came.</summary>
    protected async Task<List<Dictionary<string, ModelValue>>> ReadAllAsync(
        ProofWorld world, JsonObject request, List<Dictionary<string, ModelValue>> expected)
    {
        ModelTable table = world.Tables[Table];
        Answer answer = await world.SendAsync(Verb, request);
        answer.DemandSuccess();
        List<Dictionary<string, ModelValue>> read = [.. answer.Root.GetProperty("Items").EnumerateArray().Select(ModelValue.ReadMap)];
        Answer.Same("all entries", Sorted(expected), Sorted(read));
        Answer.Same("end", false, answer.Root.TryGetProperty("LastEvaluatedKey", out _));
        return read;

        string Sorted(IEnumerable<Dictionary<string, ModelValue>> items) =>
            string.Join("\n", items.OrderBy(table.KeyOf, StringComparer.Ordinal).Select(ModelValue.TextOf));
    }

    /// <summary>Whether an index was asked for something it does not hold.</summary>
    protected bool AsksTooMuch(ModelSchema schema) => Source.IsGlobal
        && (Wanted.Filter?.Paths ?? []).Concat(Wanted.Projection ?? []).Any(path => !schema.Holds(Source, path.Top));

    /// <summary>Reads page after page to the end and compares each with its part of the entries.</summary>
    protected async Task ReadPagesAsync(ProofWorld world, JsonObject request, IReadOnlyList<Dictionary<string, ModelValue>> entries)
    {
        ModelTable table = world.Tables[Table];
        int position = 0;
        request = request.DeepClone().AsObject();
        while (true)
        {
            Answer answer = await world.SendAsync(Verb, request);
            answer.DemandSuccess();
            List<Dictionary<string, ModelValue>> page = [.. entries.Skip(position).Take(Wanted.Limit ?? int.MaxValue)];
            DemandPage(table, answer, page);
            position += page.Count;
            Dictionary<string, ModelValue>? last = answer.Map("LastEvaluatedKey");
            Answer.Same(
                "last evaluated key",
                ModelValue.TextOf(
                    page.Count == Wanted.Limit && !IsSingleItem
                        ? table.Schema.PositionNames(Source).ToDictionary(name => name, name => page[^1][name])
                        : null),
                ModelValue.TextOf(last));
            if (last is null)
            {
                return;
            }

            request["ExclusiveStartKey"] = JsonNode.Parse(answer.Root.GetProperty("LastEvaluatedKey").GetRawText());
            if (Wanted.DeletesBetween)
            {
                await DeleteAsync(world, table, page[^1]);
            }
        }
    }

    private async Task DeleteAsync(ProofWorld world, ModelTable table, Dictionary<string, ModelValue> entry)
    {
        Dictionary<string, ModelValue> key = table.Schema.Table.Keys.ToDictionary(part => part.Name, part => entry[part.Name]);
        JsonObject request = new() { ["TableName"] = table.Schema.Name, ["Key"] = ModelValue.ToJson(key, new Random(0)) };
        (await world.SendAsync("DeleteItem", request)).DemandSuccess();
        table.Store(table.Plan(new ModelAction("Delete", Table, key, key, null, null)));
    }

    private void DemandPage(ModelTable table, Answer answer, List<Dictionary<string, ModelValue>> page)
    {
        bool fetches = Source is { Name: not null, IsGlobal: false, Projected: not null }
            && (Wanted.Select == "ALL_ATTRIBUTES"
                || (Wanted.Filter?.Paths ?? []).Concat(Wanted.Projection ?? []).Any(path => !table.Schema.Holds(Source, path.Top)));
        List<Dictionary<string, ModelValue>> whole = [.. page.Select(entry => fetches ? table.Find(entry)! : entry)];
        List<Dictionary<string, ModelValue>> kept = [.. whole.Where(item => Wanted.Filter?.Holds(item) != false)];
        Answer.Same("count", kept.Count, answer.Count("Count"));
        Answer.Same("scanned count", page.Count, answer.Count("ScannedCount"));
        if (Wanted.Select == "COUNT")
        {
            Answer.Same("items", false, answer.Root.TryGetProperty("Items", out _));
        }
        else
        {
            Answer.Same(
                "items",
                string.Join("\n", kept.Select(item => ModelValue.TextOf(Shown(table, item)))),
                string.Join(
                    "\n", answer.Root.GetProperty("Items").EnumerateArray().Select(item => ModelValue.TextOf(ModelValue.ReadMap(item)))));
        }

        double factor = Wanted.IsConsistent ? 1 : 0.5;
        double units = factor * Units(page.Sum(ModelValue.SizeOf));
        double fetched = fetches ? whole.Sum(item => factor * Units(ModelValue.SizeOf(item))) : 0;
        Answer.DemandUnits(
            answer.Consumed,
            Wanted.Detail,
            Source.Name is null ? units : fetched,
            Source.Name is null ? new Dictionary<string, double>() : new Dictionary<string, double> { [Source.Name] = units });

        static double Units(int bytes) => Math.Max(1, Math.Ceiling(bytes / 4096.0));
    }

    /// <summary>What is shown of an item: the projection, all of it, or what the index holds.</summary>
    private Dictionary<string, ModelValue> Shown(ModelTable table, Dictionary<string, ModelValue> item) =>
        Wanted.Projection is not null ? ModelPath.Pick(item, Wanted.Projection)
        : Wanted.Select == "ALL_ATTRIBUTES" ? item
        : table.EntryOf(Source, item)!;
}
