using System.Text.Json;
using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>TransactWriteItems, sometimes sent twice with one token.</summary>
internal sealed record TransactWriteStep(IReadOnlyList<ModelAction> Actions, JsonObject Request) : Step
{
    public static TransactWriteStep Next(Random random, IReadOnlyList<ModelSchema> schemas, int spread)
    {
        List<ModelAction> actions = [];
        HashSet<string> keys = [];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            ModelAction action = WriteStep.NextAction(
                random, schemas, random.Next(schemas.Count), random.Pick(["Put", "Update", "Delete", "ConditionCheck"]), spread,
                mayBeBare: false);
            if (keys.Add($"{action.Table} {ModelValue.TextOf(action.Key)}"))
            {
                actions.Add(action);
            }
        }

        JsonObject request = new()
        {
            ["TransactItems"] = new JsonArray([.. actions.Select(action => new JsonObject
            {
                [action.Verb] = WriteStep.ToJson(action, schemas[action.Table], random, allowLegacy: false),
            })]),
            ["ReturnConsumedCapacity"] = random.Pick(["NONE", "TOTAL", "INDEXES"]),
        };
        if (random.OneIn(3))
        {
            request["ClientRequestToken"] = $"token-{random.Next()}";
        }

        return new(actions, request);
    }

    public override async Task RunAsync(ProofWorld world)
    {
        for (int times = Request.ContainsKey("ClientRequestToken") ? 2 : 1; times > 0; times--)
        {
            List<ModelWrite> writes = [.. Actions.Select(action => world.Tables[action.Table].Plan(action))];
            Answer answer = await world.SendAsync("TransactWriteItems", Request);
            if (writes.Exists(write => write.Error is not null))
            {
                DemandReasons(answer, writes);
                continue;
            }

            answer.DemandSuccess();
            DemandUnits(answer, writes);
            writes.ForEach(write => write.Table.Store(write));

            // The second time nothing may happen, whatever the conditions say now.
            if (times == 2)
            {
                (await world.SendAsync("TransactWriteItems", Request)).DemandSuccess();
            }

            return;
        }
    }

    private void DemandReasons(Answer answer, List<ModelWrite> writes)
    {
        answer.DemandError("TransactionCanceledException", null);
        List<JsonElement> reasons = [.. answer.Root.GetProperty("CancellationReasons").EnumerateArray()];
        Answer.Same(
            "reasons",
            string.Join(", ", writes.Select(write => write.Error switch
            {
                null => "None",
                "ValidationException" => "ValidationError",
                _ => "ConditionalCheckFailed",
            })),
            string.Join(", ", reasons.Select(reason => reason.GetProperty("Code").GetString())));
        for (int i = 0; i < writes.Count; i++)
        {
            JsonObject member = (JsonObject)Request["TransactItems"]![i]!.AsObject().Single().Value!;
            bool isShown =
                writes[i].Error == "ConditionalCheckFailedException" && member.ContainsKey("ReturnValuesOnConditionCheckFailure");
            Answer.DemandMap(reasons[i], "Item", isShown ? writes[i].Old : null);
            string? text = reasons[i].TryGetProperty("Message", out JsonElement message) ? message.GetString() : null;
            Answer.Demand(text is null ? writes[i].Error is null : writes[i].Messages.Contains(text), $"reason {i}: {text}");
        }
    }

    private void DemandUnits(Answer answer, List<ModelWrite> writes)
    {
        foreach (ModelTable table in writes.Select(write => write.Table).Distinct())
        {
            List<(double Table, Dictionary<string, double> Indexes)> units =
                [.. writes.Where(write => write.Table == table).Select(write => write.Units())];
            Answer.DemandUnits(
                answer.ConsumedOf(table.Schema.Name),
                (string)Request["ReturnConsumedCapacity"]!,
                2 * units.Sum(unit => unit.Table),
                units.SelectMany(unit => unit.Indexes).GroupBy(index => index.Key).ToDictionary(
                    index => index.Key, index => 2 * index.Sum(one => one.Value)));
        }
    }
}
