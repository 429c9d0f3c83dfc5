namespace DaxProxy.Tests.Caching.Checker;

/// <summary>
/// Choices that follow from a seed and the number of a step alone, so that a step chooses the same whichever steps before it are left out.
/// </summary>
internal sealed class Dice(ulong seed, int step)
{
    private ulong state = Mix((seed * 0x9E3779B97F4A7C15UL) ^ Mix((ulong)step + 1));

    /// <summary>A number from 0 to below <paramref name="count"/>.</summary>
    public int Next(int count)
    {
        state += 0x9E3779B97F4A7C15UL;
        return (int)(Mix(state) % (ulong)count);
    }

    /// <summary>True in so many of a hundred cases.</summary>
    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    /// <summary>One of these; the same one as long as it is there, whichever others are.</summary>
    public T PickBy<T>(IEnumerable<T> from, Func<T, int> identity)
    {
        ulong salt = (ulong)Next(int.MaxValue);
        return from.MinBy(candidate => Mix(salt ^ ((ulong)identity(candidate) << 32)))!;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
