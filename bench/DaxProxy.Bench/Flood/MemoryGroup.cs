using System.Globalization;

namespace DaxProxy.Bench.Flood;

/// <summary>A control group of Linux with a limit of memory, for a process that is started in it. Ends with this object.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Version1 = "/sys/fs/cgroup/memory", Version2 = "/sys/fs/cgroup";

    private readonly string folder;
    private readonly bool isVersion1;

    private MemoryGroup(string folder, bool isVersion1)
    {
        this.folder = folder;
        this.isVersion1 = isVersion1;
    }

    /// <summary>Words to put before a command, so that it runs in the group.</summary>
    public string[] Wrapper => ["sh", "-c", $"echo $$ > {folder}/cgroup.procs && exec \"$0\" \"$@\""];

    /// <summary>The most that the group has used since it was last reset, pages of files included.</summary>
    public long PeakBytes => Read(isVersion1 ? "memory.max_usage_in_bytes" : "memory.peak");

    /// <summary>Makes one; null where that is not allowed.</summary>
    public static MemoryGroup? TryCreate(long limitBytes)
    {
        bool isVersion1 = Directory.Exists(Version1);
        string folder = Path.Combine(isVersion1 ? Version1 : Version2, $"daxproxy-flood-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(
                Path.Combine(folder, isVersion1 ? "memory.limit_in_bytes" : "memory.max"),
                limitBytes.ToString(CultureInfo.InvariantCulture));
            return new MemoryGroup(folder, isVersion1);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Begins a new peak, where the system can.</summary>
    public void Reset()
    {
        if (isVersion1)
        {
            File.WriteAllText(Path.Combine(folder, "memory.max_usage_in_bytes"), "0");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Its process is still ending; an empty group costs nothing.
        }
    }

    private long Read(string file) => long.Parse(File.ReadAllText(Path.Combine(folder, file)), CultureInfo.InvariantCulture);
}
