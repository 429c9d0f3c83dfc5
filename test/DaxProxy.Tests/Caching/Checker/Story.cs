using System.Text;

namespace DaxProxy.Tests.Caching.Checker;

/// <summary>What a world tells of itself, of which the end is kept: that is what is read when an answer was wrong.</summary>
internal static class Story
{
    private const int MostTold = 300;

    /// <summary>Runs a world step by step; the end of its story and what was wrong in it, null for nothing.</summary>
    /// <param name="title">Which world it is.</param>
    /// <param name="steps">How many steps.</param>
    /// <param name="begin">Makes the world, which tells what it does; gives what does the step of a number.</param>
    public static string? Of(string title, int steps, Func<Action<string>, Action<int>> begin)
    {
        Queue<string> last = new();
        Action<int> take = begin(line =>
        {
            last.Enqueue(line);
            if (last.Count > MostTold)
            {
                last.Dequeue();
            }
        });
        for (int step = 0; step < steps; step++)
        {
            try
            {
                take(step);
            }
            catch (Violation violation)
            {
                return new StringBuilder($"{title}, step {step}\n").AppendJoin('\n', last).Append($"\n=> {violation.Message}").ToString();
            }
        }

        return null;
    }
}
