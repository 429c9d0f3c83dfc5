using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>BatchWriteItem.</summary>
internal sealed record BatchWriteStep(IReadOnlyList<ModelAction> Actions, JsonObject Request) : Step
{
    public static BatchWriteStep Next(Random random, IReadOnlyList<ModelSchema> schemas, int spread)
    {
        List<ModelAction> actions = [];
        HashSet<string> keys = [];
        for (int i = random.Next(1, 9); i > 0; i--)
        {
            ModelAction action = WriteStep.NextAction(
                random, schemas, random.Next(schemas.Count), random.Pick(["Put", "Put", "Delete"]), spread)
                with
            { Condition = null };
            if (keys.Add($"{action.Table} {ModelValue.TextOf(action.Key)}"))
            {
                actions.Add(action);
            }
        }

        JsonObject tables = new(actions.GroupBy(action => action.Table).Select(group => KeyValuePair.Create(
            schemas[group.Key].Name,
            (JsonNode?)new JsonArray([.. group.Select(action => new JsonObject
            {
                [action.Verb + "Request"] = new JsonObject
                {
                    [action.Verb == "Put" ? "Item" : "Key"] = ModelValue.ToJson(action.Item, random),
                },
            })]))));
        return new(actions, new() { ["RequestItems"] = tables, ["ReturnConsumedCapacity"] = random.Pick(["NONE", "TOTAL", "INDEXES"]) });
    }

    public override async Task RunAsync(ProofWorld world)
    {
        List<ModelWrite> writes = [.. Actions.Select(action => world.Tables[action.Table].Plan(action))];
        Answer answer = await world.SendAsync("BatchWriteItem", Request);
        if (writes.Exists(write => write.Error is not null))
        {
            answer.DemandError("ValidationException", writes.SelectMany(write => write.Messages).ToHashSet());
            return;
        }

        answer.DemandSuccess();
        Answer.Same("unprocessed", "{}", answer.Root.GetProperty("UnprocessedItems").GetRawText());
        foreach (ModelTable table in writes.Select(write => write.Table).Distinct())
        {
            List<(double Table, Dictionary<string, double> Indexes)> units =
                [.. writes.Where(write => write.Table == table).Select(write => write.Units())];
            Answer.DemandUnits(
                answer.ConsumedOf(table.Schema.Name),
                (string)Request["ReturnConsumedCapacity"]!,
                units.Sum(unit => unit.Table),
                units.SelectMany(unit => unit.Indexes).GroupBy(index => index.Key).ToDictionary(
                    index => index.Key, index => index.Sum(one => one.Value)));
        }

        writes.ForEach(write => write.Table.Store(write));
    }
}
