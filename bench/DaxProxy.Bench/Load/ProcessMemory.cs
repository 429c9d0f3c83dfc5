using System.Globalization;

namespace DaxProxy.Bench.Load;

/// <summary>
/// The resident memory of a process without the pages of its store, which the system takes back when it wants. Reads /proc, once for all of
/// it: the store is mapped and let go by hundreds of megabytes, so figures of two readings do not fit together.
/// </summary>
/// <param name="ResidentBytes">All of it.</param>
/// <param name="OwnBytes">What belongs to it alone: heaps, stacks, compiled code.</param>
internal readonly record struct ProcessMemory(long ResidentBytes, long OwnBytes)
{
    /// <summary>Pages of other files: the program and its libraries, which all processes that run them share.</summary>
    public long FileBytes => ResidentBytes - OwnBytes;

    /// <summary>What it is now; nothing once the process has ended.</summary>
    public static ProcessMemory Of(ServerProcess process, string storeFolder)
    {
        if (process.HasEnded)
        {
            return default;
        }

        long fileKilobytes = 0, ownKilobytes = 0;
        string file = "";
        foreach (string line in File.ReadLines($"/proc/{process.Id}/smaps"))
        {
            if (char.IsAsciiHexDigitLower(line[0]))
            {
                // Address, rights, offset, device and inode come before the path, if there is one.
                file = line.IndexOf('/', StringComparison.Ordinal) is >= 0 and int start ? line[start..] : "";
            }
            else if (line.StartsWith("Rss:", StringComparison.Ordinal) && !file.StartsWith(storeFolder, StringComparison.Ordinal))
            {
                long kilobytes = long.Parse(line["Rss:".Length..^"kB".Length], CultureInfo.InvariantCulture);
                _ = file.Length == 0 || file.StartsWith("/memfd:doublemapper", StringComparison.Ordinal)
                    ? ownKilobytes += kilobytes
                    : fileKilobytes += kilobytes;
            }
        }

        return new ProcessMemory((fileKilobytes + ownKilobytes) * 1024, ownKilobytes * 1024);
    }

    /// <summary>The greater of both, of each figure by itself.</summary>
    public ProcessMemory Max(ProcessMemory other) =>
        new(Math.Max(ResidentBytes, other.ResidentBytes), Math.Max(OwnBytes, other.OwnBytes));
}
