namespace DaxProxy.Tests.Engine.Proof;

/// <summary>Random tables: every kind of key, and up to four indexes of every kind.</summary>
internal static class RandomSchemas
{
    private static readonly string[] Types = ["S", "N", "B"];

    public static ModelSchema Next(Random random, string name)
    {
        ModelKey hash = new("pk", random.Pick(Types)), range = new(random.Pick(["sk", "size"]), random.Pick(Types));
        bool hasRange = !random.OneIn(3);
        ModelIndex table = new(null, false, [hash], hasRange ? [range] : [], null);
        ModelKey[] others = [.. new[] { "g1", "g2", "1st", "n.m" }.Select(other => new ModelKey(other, random.Pick(Types)))];
        List<ModelIndex> indexes = [];
        for (int i = random.Next(5); i > 0; i--)
        {
            indexes.Add(hasRange && random.OneIn(3)
                ? new($"ix{i}", false, [hash], [random.Pick(others)], Projected(random))
                : Global(random, $"ix{i}", [.. others, .. table.Keys]));
        }

        return new ModelSchema(name, table, indexes);
    }

    private static ModelIndex Global(Random random, string name, ModelKey[] candidates)
    {
        random.Shuffle(candidates);
        int hashes = random.OneIn(4) ? random.Next(2, 4) : 1, ranges = random.OneIn(4) ? random.Next(2, 4) : random.Next(2);
        return new(name, true, candidates[..hashes], [.. candidates.Skip(hashes).Take(ranges)], Projected(random));
    }

    private static string[]? Projected(Random random) => random.Next(3) switch
    {
        0 => null,
        1 => [],
        _ => [.. random.GetItems(ModelValues.PlainNames, random.Next(1, 3)).Distinct()],
    };
}
