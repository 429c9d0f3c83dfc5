namespace DaxProxy.Engine.Storage;

/// <summary>
/// Numbers that look random and follow from a seed and a position, so that the order in which they are asked for does not matter.
/// </summary>
internal static class Seeded
{
    /// <summary>The number at a position. Source: the finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Number(ulong seed, long position)
    {
        ulong mixed = seed + (0x9E3779B97F4A7C15 * (ulong)(position + 1));
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
