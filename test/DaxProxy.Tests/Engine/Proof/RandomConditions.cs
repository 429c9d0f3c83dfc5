namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Random conditions that are valid as far as they can be judged without the item.</summary>
/// <param name="random">Where chance comes from.</param>
/// <param name="keyNames">Names no path may lead into.</param>
/// <param name="names">Names of attributes that may be mentioned.</param>
internal sealed class RandomConditions(Random random, IReadOnlySet<string> keyNames, IReadOnlyList<string> names)
{
    public static readonly string[] Orders = ["<", "<=", ">", ">="];
    private static readonly string[] TypeNames = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];

    public ModelCondition Next(int depth) => depth == 0 ? Test() : random.Next(6) switch
    {
        0 => new ModelCondition.Both(Next(depth - 1), Next(depth - 1)),
        1 => new ModelCondition.Either(Next(depth - 1), Next(depth - 1)),
        2 => new ModelCondition.Not(Next(depth - 1)),
        _ => Test(),
    };

    public ModelPath Path()
    {
        List<object> steps = [random.Pick(names)];
        while (!keyNames.Contains((string)steps[0]) && random.OneIn(2) && steps.Count < 4)
        {
            steps.Add(random.OneIn(2) ? random.Next(5) : random.Pick(ModelValues.MemberNames));
        }

        return new ModelPath(steps);
    }

    /// <summary>A test of distinct paths.</summary>
    private ModelCondition.Test Test()
    {
        while (true)
        {
            ModelCondition.Test test = Draft();
            List<string> paths = [.. test.Paths.Select(path => path.Text)];
            if (paths.Distinct().Count() == paths.Count)
            {
                return test;
            }
        }
    }

    private ModelCondition.Test Draft()
    {
        switch (random.Next(9))
        {
            case 0:
                return new(random.Pick(["attribute_exists", "attribute_not_exists"]), [Of(Path())]);
            case 1:
                return new("attribute_type", [Of(Path()), Of(ModelValue.Of(random.Pick(TypeNames)))]);
            case 2:
                return new(
                    "begins_with", [Of(Path()), random.OneIn(3) ? Of(Path()) : Of(ModelValues.Key(random, random.Pick(["S", "B"])))]);
            case 3:
                return new(
                    "contains",
                    [Of(Path()), random.OneIn(3)
                        ? Of(Path())
                        : Of(random.OneIn(4) ? ModelValues.Any(random, 1) : ModelValues.Scalar(random))]);
            case 4:
                return Between();
            case 5:
                return new(
                    "IN",
                    [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Value(isAny: true))
                        .Prepend(random.OneIn(4) ? Size() : Of(Path()))]);
            case 6:
                return Ordered(random.Pick(["=", "<>"]), Value(isAny: true));
            default:
                return Ordered(random.Pick(Orders), Value(isAny: false));
        }
    }

    private ModelCondition.Test Ordered(string comparator, ModelCondition.Term other)
    {
        ModelCondition.Term first = random.OneIn(5) ? Size() : Of(Path());
        return new(comparator, random.OneIn(4) ? [other, first] : [first, other]);
    }

    private ModelCondition.Test Between()
    {
        if (random.OneIn(3))
        {
            return new("BETWEEN", [Of(Path()), Of(Path()), Value(isAny: false)]);
        }

        string type = random.Pick(["S", "N", "B"]);
        ModelValue[] bounds = [ModelValues.Key(random, type), ModelValues.Key(random, type)];
        Array.Sort(bounds, (left, right) => ModelValue.Compare(left, right)!.Value);
        return new("BETWEEN", [random.OneIn(5) ? Size() : Of(Path()), Of(bounds[0]), Of(bounds[1])]);
    }

    private ModelCondition.Term Value(bool isAny) => random.Next(6) switch
    {
        0 => Of(Path()),
        1 => Of(ModelValue.Of(random.Next(6))),
        2 when isAny => Of(ModelValues.Any(random, 1)),
        _ => Of(ModelValues.Scalar(random)),
    };

    private ModelCondition.Term Size() => new(Path(), null, IsSize: true);

    private static ModelCondition.Term Of(ModelPath path) => new(path, null);

    private static ModelCondition.Term Of(ModelValue constant) => new(null, constant);
}
