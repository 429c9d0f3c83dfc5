namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Random updates whose targets neither clash nor are keys of the table.</summary>
internal sealed class RandomUpdates(Random random, ModelSchema schema)
{
    private readonly RandomConditions paths = new(
        random,
        schema.KeyNames,
        [.. ModelValues.PlainNames, .. ModelValues.PlainNames, .. schema.KeyNames.Where(name => !schema.IsTableKey(name))]);

    private readonly RandomConditions sources = new(random, schema.KeyNames, [.. ModelValues.PlainNames, .. schema.KeyNames]);

    public ModelUpdate Next()
    {
        List<ModelUpdate.Action> actions = [];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            ModelPath target = paths.Path();
            if (!actions.Exists(action => action.Target.Clashes(target)))
            {
                actions.Add(Act(target));
            }
        }

        return new ModelUpdate(actions);
    }

    private ModelUpdate.Action Act(ModelPath target) => random.Next(7) switch
    {
        0 or 1 => new("REMOVE", target, null),
        2 => new("ADD", target, Constant(random.OneIn(2) ? ModelValues.Key(random, "N") : ModelValues.Set(random))),
        3 => new("DELETE", target, Constant(ModelValues.Set(random))),
        _ => new("SET", target, IndexKey(target) is { } key && !random.OneIn(8) ? Constant(ModelValues.Key(random, key.Type)) : Value()),
    };

    private ModelKey? IndexKey(ModelPath target) =>
        schema.Indexes.SelectMany(index => index.Keys).FirstOrDefault(key => key.Name == target.Top);

    private ModelUpdate.Operand Value() => random.Next(6) switch
    {
        0 => new(null, Function: random.Pick(["+", "-"]), First: Term("N"), Second: Term("N")),
        1 => new(null, Function: "list_append", First: Term("L"), Second: Term("L")),
        2 => IfNotExists(ModelValues.Any(random, 1)),
        3 => new(null, sources.Path()),
        _ => Constant(ModelValues.Any(random, 2)),
    };

    private ModelUpdate.Operand Term(string type)
    {
        ModelValue constant = type == "N" ? ModelValues.Key(random, "N") : ModelValues.List(random, 1);
        return random.Next(3) switch
        {
            0 => Constant(constant),
            1 => IfNotExists(constant),
            _ => new(null, sources.Path()),
        };
    }

    private ModelUpdate.Operand IfNotExists(ModelValue otherwise) =>
        new(null, sources.Path(), "if_not_exists", Second: random.OneIn(4) ? new(null, sources.Path()) : Constant(otherwise));

    private static ModelUpdate.Operand Constant(ModelValue constant) => new(constant);
}
