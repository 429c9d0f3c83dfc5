namespace DaxProxy.Tests.Caching.Checker.Mutants;

/// <summary>The check as it is run against mutants: the systematic part first, then worlds until one fails.</summary>
public static class MutantHunt
{
    private const int Worlds = 40;
    private const int Steps = 6000;

    /// <summary>What was found; null for nothing.</summary>
    public static string? Find()
    {
        for (ulong seed = 1; seed <= Worlds; seed++)
        {
            CheckProfile profile = (CheckProfile)(seed % 3);
            if (Check.Run(seed, profile, Steps, new CheckFigures(), isTold: false) is { } fault)
            {
                return fault;
            }
        }

        return new Interleavings().Find() is { } broken ? $"interleavings: {broken}" : null;
    }
}
