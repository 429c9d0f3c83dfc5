namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Every order in which the steps of several actors can come, each actor's own in their order.</summary>
internal static class Merges
{
    /// <summary>Orders as lists of actors.</summary>
    /// <param name="steps">How many steps each actor has.</param>
    public static IEnumerable<int[]> Of(params int[] steps)
    {
        if (steps.All(left => left == 0))
        {
            yield return [];
            yield break;
        }

        for (int actor = 0; actor < steps.Length; actor++)
        {
            if (steps[actor] > 0)
            {
                int[] rest = [.. steps];
                rest[actor]--;
                foreach (int[] order in Of(rest))
                {
                    yield return [actor, .. order];
                }
            }
        }
    }
}
