using System.Text;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>Runs worlds, and where one breaks the law, finds the shortest story that does.</summary>
internal static class Check
{
    /// <summary>How often a failing story is run again with steps left out.</summary>
    private const int MostAttempts = 600;

    /// <summary>
    /// Runs one world on a thread of its own; the story of what went wrong, or only its end, null for nothing. The same arguments give the
    /// same story.
    /// </summary>
    public static string? Run(
        ulong seed, CheckProfile profile, int steps, CheckFigures figures, bool isTold = true, Telling telling = Telling.InTime)
    {
        string? story = null;
        Exception? broken = null;
        Thread thread = new(() =>
        {
            try
            {
                List<int> all = [.. Enumerable.Range(0, steps)];
                if (Fails(seed, profile, telling, all, figures, null) is { } failure)
                {
                    story = isTold
                        ? Tell(seed, profile, telling, Shorten(seed, profile, telling, all[..(failure.Step + 1)]))
                        : $"seed {seed}, {profile}, step {failure.Step}: {failure.Message}";
                }
            }
            catch (Exception fault)
            {
                broken = fault;
            }
        });
        thread.Start();
        thread.Join();
        return broken is null ? story : throw new InvalidOperationException($"seed {seed}, {profile}: the check itself failed", broken);
    }

    private static (int Step, string Message)? Fails(
        ulong seed, CheckProfile profile, Telling telling, List<int> steps, CheckFigures figures, Action<string>? tell)
    {
        int at = 0;
        try
        {
            World world = new(seed, profile, figures, tell, telling);
            for (; at < steps.Count; at++)
            {
                world.Step(steps[at]);
            }

            at = steps.Count - 1;
            world.Drain();
            return null;
        }
        catch (Violation violation)
        {
            return (at, violation.Message);
        }
    }

    /// <summary>Leaves out ever smaller parts as long as what remains still fails.</summary>
    private static List<int> Shorten(ulong seed, CheckProfile profile, Telling telling, List<int> steps)
    {
        int attempts = 0;
        for (int size = Math.Max(1, steps.Count / 2); attempts < MostAttempts; size = Math.Max(1, size / 2))
        {
            bool isShorter = false;
            for (int first = steps.Count - size; first > -size && attempts < MostAttempts; first -= size)
            {
                int from = Math.Max(0, first), count = Math.Min(size, steps.Count - from);
                if (count <= 0)
                {
                    continue;
                }

                List<int> fewer = [.. steps[..from], .. steps[(from + count)..]];
                attempts++;
                if (Fails(seed, profile, telling, fewer, new CheckFigures(), null) is { } failure)
                {
                    steps = fewer[..(failure.Step + 1)];
                    isShorter = true;
                }
            }

            if (size == 1 && !isShorter)
            {
                break;
            }
        }

        return steps;
    }

    private static string Tell(ulong seed, CheckProfile profile, Telling telling, List<int> steps)
    {
        StringBuilder story = new($"seed {seed}, {profile}: the second law is broken in {steps.Count} steps\n");
        (int Step, string Message)? failure =
            Fails(seed, profile, telling, steps, new CheckFigures(), line => story.Append("  ").AppendLine(line));
        return story.Append("  => ").Append(failure?.Message ?? "(not broken when told)").ToString();
    }
}
