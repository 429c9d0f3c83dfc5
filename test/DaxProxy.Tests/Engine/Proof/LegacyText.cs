using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Writes conditions, updates and key conditions in the form that came before expressions, where that form can say them.</summary>
internal static class LegacyText
{
    private static readonly Dictionary<string, string> Operators = new()
    {
        ["="] = "EQ",
        ["<>"] = "NE",
        ["<"] = "LT",
        ["<="] = "LE",
        [">"] = "GT",
        [">="] = "GE",
        ["BETWEEN"] = "BETWEEN",
        ["IN"] = "IN",
        ["begins_with"] = "BEGINS_WITH",
        ["contains"] = "CONTAINS",
        ["attribute_exists"] = "NOT_NULL",
        ["attribute_not_exists"] = "NULL",
    };

    /// <summary>Puts a condition into a request; false when the old form cannot say it.</summary>
    public static bool TryAdd(JsonObject request, string member, ModelCondition condition, Random random)
    {
        List<ModelCondition.Test> tests = [];
        if (!TryFlatten(condition, condition is ModelCondition.Either, tests)
            || tests.Select(test => test.Terms[0].Path?.Top).Distinct().Count() < tests.Count
            || !tests.TrueForAll(IsSimple))
        {
            return false;
        }

        request[member] = Conditions(tests, random);
        if (tests.Count > 1 && (condition is ModelCondition.Either || random.OneIn(2)))
        {
            request["ConditionalOperator"] = condition is ModelCondition.Either ? "OR" : "AND";
        }

        return true;
    }

    /// <summary>Tests of one path each against constants.</summary>
    public static JsonObject Conditions(IEnumerable<ModelCondition.Test> tests, Random random)
    {
        JsonObject conditions = [];
        foreach (ModelCondition.Test test in tests)
        {
            JsonObject condition = new() { ["ComparisonOperator"] = Operators[test.Operator] };
            if (test.Terms.Count > 1)
            {
                condition["AttributeValueList"] = new JsonArray([.. test.Terms.Skip(1).Select(term => term.Constant!.ToJson(random))]);
            }

            conditions[test.Terms[0].Path!.Top] = condition;
        }

        return conditions;
    }

    /// <summary>Puts an update into a request; false when the old form cannot say it.</summary>
    public static bool TryAdd(JsonObject request, ModelUpdate update, Random random)
    {
        if (update.Actions.Any(action => action.Target.IsNested || action.Value is { Constant: null }))
        {
            return false;
        }

        JsonObject updates = [];
        foreach (ModelUpdate.Action action in update.Actions)
        {
            JsonObject change = [];
            if (action.Clause != "SET" || random.OneIn(2))
            {
                change["Action"] = action.Clause switch { "SET" => "PUT", "ADD" => "ADD", _ => "DELETE" };
            }

            if (action.Value is { } value)
            {
                change["Value"] = value.Constant!.ToJson(random);
            }

            updates[action.Target.Top] = change;
        }

        request["AttributeUpdates"] = updates;
        return true;
    }

    private static bool TryFlatten(ModelCondition condition, bool isOr, List<ModelCondition.Test> tests)
    {
        switch (condition)
        {
            case ModelCondition.Test test:
                tests.Add(test);
                return true;
            case ModelCondition.Both both when !isOr:
                return TryFlatten(both.Left, isOr, tests) && TryFlatten(both.Right, isOr, tests);
            case ModelCondition.Either either when isOr:
                return TryFlatten(either.Left, isOr, tests) && TryFlatten(either.Right, isOr, tests);
            default:
                return false;
        }
    }

    private static bool IsSimple(ModelCondition.Test test)
    {
        List<ModelValue?> constants = [.. test.Terms.Skip(1).Select(term => term.Constant)];
        return Operators.ContainsKey(test.Operator)
            && test.Terms[0] is { Path.IsNested: false, IsSize: false }
            && constants.TrueForAll(constant => constant is not null)
            && constants.Select(constant => constant!.Type).Distinct().Count() <= 1
            && (test.Operator is "=" or "<>" || constants.TrueForAll(constant => constant!.Type is "S" or "N" or "B"));
    }
}
