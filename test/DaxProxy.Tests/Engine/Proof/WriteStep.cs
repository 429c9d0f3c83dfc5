using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>PutItem, UpdateItem or DeleteItem.</summary>
internal sealed record WriteStep(ModelAction Action, JsonObject Request, bool IsLegacyUpdate) : Step
{
    private static readonly string[] UpdateReturns = ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"];

    public static WriteStep Next(Random random, IReadOnlyList<ModelSchema> schemas, int spread)
    {
        ModelAction action = NextAction(
            random, schemas, random.Next(schemas.Count), random.Pick(["Put", "Put", "Update", "Update", "Delete"]), spread);
        JsonObject request = ToJson(action, schemas[action.Table], random, allowLegacy: true);
        request["ReturnValues"] = action.Verb == "Update" ? random.Pick(UpdateReturns) : random.Pick(["NONE", "ALL_OLD"]);
        request["ReturnConsumedCapacity"] = random.Pick(["NONE", "TOTAL", "INDEXES"]);
        return new(action, request, request.ContainsKey("AttributeUpdates"));
    }

    public static ModelAction NextAction(
        Random random, IReadOnlyList<ModelSchema> schemas, int table, string verb, int spread, bool mayBeBare = true)
    {
        ModelSchema schema = schemas[table];
        Dictionary<string, ModelValue> item =
            verb == "Put" ? ModelValues.Item(random, schema, spread) : ModelValues.KeyOf(random, schema, spread);
        RandomConditions conditions = new(random, schema.KeyNames, [.. ModelValues.PlainNames, .. schema.KeyNames]);
        return new(
            verb,
            table,
            item,
            schema.Table.Keys.ToDictionary(key => key.Name, key => item[key.Name]),
            verb == "ConditionCheck" || random.OneIn(3) ? conditions.Next(random.Next(3)) : null,
            verb == "Update" && !(mayBeBare && random.OneIn(30)) ? new RandomUpdates(random, schema).Next() : null);
    }

    /// <summary>The action as a request of its own, or as a member of a transaction.</summary>
    public static JsonObject ToJson(ModelAction action, ModelSchema schema, Random random, bool allowLegacy)
    {
        JsonObject request =
            new() { ["TableName"] = schema.Name, [action.Verb == "Put" ? "Item" : "Key"] = ModelValue.ToJson(action.Item, random) };
        if (random.OneIn(2))
        {
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
        }

        bool isLegacy = allowLegacy && random.OneIn(3)
            && (action.Condition is null || LegacyText.TryAdd(request, "Expected", action.Condition, random));
        if (isLegacy && action.Update is not null && !LegacyText.TryAdd(request, action.Update, random))
        {
            request.Remove("Expected");
            request.Remove("ConditionalOperator");
            isLegacy = false;
        }

        if (!isLegacy)
        {
            ExpressionText text = new(random);
            if (action.Condition is not null)
            {
                request["ConditionExpression"] = text.Condition(action.Condition);
            }

            if (action.Update is not null)
            {
                request["UpdateExpression"] = text.Update(action.Update);
            }

            text.AddTo(request);
        }

        return request;
    }

    public override async Task RunAsync(ProofWorld world)
    {
        ModelTable table = world.Tables[Action.Table];
        ModelWrite write = table.Plan(Action);
        Answer answer = await world.SendAsync(Action.Verb + "Item", Request);
        if (write.Error is not null)
        {
            answer.DemandError(write.Error, IsLegacyUpdate ? null : write.Messages);
            bool isShown = write.Error == "ConditionalCheckFailedException" && Request.ContainsKey("ReturnValuesOnConditionCheckFailure");
            answer.DemandMap("Item", isShown ? write.Old : null);
            return;
        }

        answer.DemandSuccess();
        answer.DemandMap("Attributes", write.Returned((string)Request["ReturnValues"]!));
        (double units, Dictionary<string, double> indexes) = write.Units();
        Answer.DemandUnits(answer.Consumed, (string)Request["ReturnConsumedCapacity"]!, units, indexes);
        table.Store(write);
    }
}
