using System.Globalization;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Flood;

/// <summary>
/// The resident memory of a process without the pages of its store, which the system takes back when it wants, and what of it are no pages
/// of files at all. Reads /proc.
/// </summary>
/// <param name="ResidentBytes">The first.</param>
/// <param name="OwnBytes">What belongs to it alone.</param>
internal readonly record struct Memory(long ResidentBytes, long OwnBytes)
{
    /// <summary>What it is now; nothing once the process has ended.</summary>
    public static Memory Of(ServerProcess process, string storeFolder)
    {
        string[] lines = process.HasEnded ? [] : File.ReadAllLines($"/proc/{process.Id}/status");
        return lines.Length == 0 ? default : new Memory(Find(lines, "VmRSS:") - process.MappedBytes(storeFolder), Find(lines, "RssAnon:"));
    }

    /// <summary>The greater of both, of each figure by itself.</summary>
    public Memory Max(Memory other) => new(Math.Max(ResidentBytes, other.ResidentBytes), Math.Max(OwnBytes, other.OwnBytes));

    private static long Find(string[] lines, string name) =>
        1024 * long.Parse(
            lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..^"kB".Length], CultureInfo.InvariantCulture);
}
