using System.Text;
using System.Text.Json.Nodes;

namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Writes the expressions of one request, with placeholders, spaces, case and parentheses as they come.</summary>
internal sealed class ExpressionText(Random random)
{
    private readonly JsonObject names = [];
    private readonly JsonObject values = [];

    /// <summary>Names that need a placeholder, reserved or not identifiers. The rest of the generators' names are plain.</summary>
    public static readonly HashSet<string> AwkwardNames = ["name", "size", "x y", "n.m", "Ünï", "k-1", "1st"];

    public void AddTo(JsonObject request)
    {
        if (names.Count > 0)
        {
            request["ExpressionAttributeNames"] = names;
        }

        if (values.Count > 0)
        {
            request["ExpressionAttributeValues"] = values;
        }
    }

    public string Condition(ModelCondition condition) => Join(Parenthesised(condition, random.Next(6) == 0));

    public string Projection(IReadOnlyList<ModelPath> paths) => Join(Separated(paths.Select(Path)));

    public string Update(ModelUpdate update)
    {
        List<string> tokens = [];
        foreach (IGrouping<string, ModelUpdate.Action> clause in update.Actions.GroupBy(action => action.Clause)
            .OrderBy(_ => random.Next()))
        {
            tokens.Add(Keyword(clause.Key));
            tokens.AddRange(Separated(clause.Select(action => action.Clause switch
            {
                "SET" => [.. Path(action.Target), "=", .. Operand(action.Value!, isNested: false)],
                "REMOVE" => Path(action.Target),
                _ => (List<string>)[.. Path(action.Target), Value(action.Value!.Constant!)],
            })));
        }

        return Join(tokens);
    }

    private List<string> Operand(ModelUpdate.Operand operand, bool isNested)
    {
        List<string> tokens = operand.Function switch
        {
            null => operand.Constant is null ? Path(operand.Path!) : [Value(operand.Constant)],
            "if_not_exists" => ["if_not_exists", "(", .. Path(operand.Path!), ",", .. Operand(operand.Second!, isNested: true), ")"],
            "list_append" =>
                ["list_append", "(", .. Operand(operand.First!, isNested: true), ",", .. Operand(operand.Second!, isNested: true), ")"],
            _ => [.. Operand(operand.First!, isNested: true), operand.Function, .. Operand(operand.Second!, isNested: true)],
        };
        return !isNested && random.Next(8) == 0 ? ["(", .. tokens, ")"] : tokens;
    }

    private List<string> Parenthesised(ModelCondition condition, bool isWrapped)
    {
        List<string> tokens = condition switch
        {
            ModelCondition.Both both => [.. Child(both.Left, 2), Keyword("AND"), .. Child(both.Right, 2)],
            ModelCondition.Either either => [.. Child(either.Left, 1), Keyword("OR"), .. Child(either.Right, 1)],
            ModelCondition.Not not => [Keyword("NOT"), .. Child(not.Inner, 3)],
            ModelCondition.Test test => Test(test),
            _ => throw new ProofException("no condition"),
        };
        return isWrapped ? ["(", .. tokens, ")"] : tokens;
    }

    private List<string> Child(ModelCondition child, int binding)
    {
        int own = child switch { ModelCondition.Either => 1, ModelCondition.Both => 2, ModelCondition.Not => 3, _ => 4 };
        return Parenthesised(child, own < binding || random.Next(5) == 0);
    }

    private List<string> Test(ModelCondition.Test test)
    {
        List<List<string>> terms = [.. test.Terms.Select(Term)];
        return test.Operator switch
        {
            "BETWEEN" => [.. terms[0], Keyword("BETWEEN"), .. terms[1], Keyword("AND"), .. terms[2]],
            "IN" => [.. terms[0], Keyword("IN"), "(", .. Separated(terms.Skip(1)), ")"],
            "=" or "<>" or "<" or "<=" or ">" or ">=" => [.. terms[0], test.Operator, .. terms[1]],
            _ => [test.Operator, "(", .. Separated(terms), ")"],
        };
    }

    private List<string> Term(ModelCondition.Term term) =>
        term.Constant is not null ? [Value(term.Constant)] : term.IsSize ? ["size", "(", .. Path(term.Path!), ")"] : Path(term.Path!);

    private List<string> Path(ModelPath path)
    {
        List<string> tokens = [];
        foreach (object step in path.Steps)
        {
            string[] more = step is string name ? [.. tokens.Count > 0 ? (string[])["."] : [], Name(name)] : ["[", $"{step}", "]"];
            tokens.AddRange(more);
        }

        return tokens;
    }

    private string Name(string name)
    {
        if (!AwkwardNames.Contains(name) && random.Next(2) == 0)
        {
            return name;
        }

        string? known = names.FirstOrDefault(pair => (string?)pair.Value == name).Key;
        if (known is null || random.Next(4) == 0)
        {
            known = $"#{Tag()}{names.Count}";
            names[known] = name;
        }

        return known;
    }

    private string Value(ModelValue value)
    {
        string placeholder = $":{Tag()}{values.Count}";
        values[placeholder] = value.ToJson(random);
        return placeholder;
    }

    private string Tag() => random.Next(4) switch { 0 => "", 1 => "_", 2 => "and", _ => "v" };

    private string Keyword(string keyword) => random.Next(4) switch
    {
        0 => $"{keyword[..1]}{keyword[1..].ToLowerInvariant()}",
        1 => keyword.ToLowerInvariant(),
        _ => keyword,
    };

    private List<string> Separated(IEnumerable<List<string>> parts) => [.. parts.SelectMany((part, i) => i == 0 ? part : [",", .. part])];

    private string Join(List<string> tokens)
    {
        StringBuilder text = new();
        foreach (string token in tokens)
        {
            bool isNeeded = text.Length > 0 && IsWord(text[^1]) && IsWord(token[0]);
            text.Append(random.Next(12) switch { 0 => "  ", 1 => "\n", 2 => "\t", < 7 => " ", _ => isNeeded ? " " : "" }).Append(token);
        }

        return text.ToString();

        static bool IsWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '#' or ':';
    }
}
