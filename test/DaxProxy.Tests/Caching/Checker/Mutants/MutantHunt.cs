using DaxProxy.Tests.Caching.Checker.Following;
using DaxProxy.Tests.Caching.Checker.Group;

namespace DaxProxy.Tests.Caching.Checker.Mutants;

/// <summary>The check as it is run against mutants: worlds and orders of steps until one fails.</summary>
public static class MutantHunt
{
    private const int Worlds = 160;
    private const int Steps = 6000;
    private const int Groups = 200;
    private const int GroupSteps = 40_000;
    private const int Drills = 200;
    private const int Streams = 120;
    private const int StreamSteps = 20_000;

    /// <summary>What was found in groups of processes; null for nothing.</summary>
    public static string? FindInGroups()
    {
        for (ulong seed = 1; seed <= Groups; seed++)
        {
            GroupProfile profile = (GroupProfile)(seed % 6);
            if ((GroupCheckTests.Run(seed, profile, Drills, new CheckFigures(), isDrill: true)
                ?? GroupCheckTests.Run(seed, profile, GroupSteps, new CheckFigures())) is { } fault)
            {
                return fault[^Math.Min(fault.Length, 300)..];
            }
        }

        return null;
    }

    /// <summary>What was found of followers of streams; null for nothing.</summary>
    public static string? FindInStreams()
    {
        for (ulong seed = 0; seed < Streams; seed++)
        {
            if (FollowingCheckTests.Run(seed, 1 + (int)(seed % 3), StreamSteps, new CheckFigures(), out _, out _) is { } fault)
            {
                return fault[^Math.Min(fault.Length, 300)..];
            }
        }

        return null;
    }

    /// <summary>What was found; null for nothing.</summary>
    public static string? Find()
    {
        for (ulong seed = 1; seed <= Worlds; seed++)
        {
            // The orders take as long as a few worlds, and find what worlds seldom meet.
            if (seed == 8 && new Interleavings().Find() is { } broken)
            {
                return $"interleavings: {broken}";
            }

            CheckProfile profile = (CheckProfile)(seed % 5);
            if (Check.Run(seed, profile, Steps, new CheckFigures(), isTold: false) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }
}
