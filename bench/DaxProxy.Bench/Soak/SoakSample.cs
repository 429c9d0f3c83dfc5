using System.Globalization;
using System.Text.RegularExpressions;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Soak;

/// <summary>What a server occupied at one moment. Sizes are in bytes.</summary>
/// <param name="Minutes">Since the load began.</param>
/// <param name="Requests">Answered so far.</param>
/// <param name="OwnMemory">Resident memory that is the process's own (RssAnon).</param>
/// <param name="MappedFiles">
/// Resident memory that shows files (RssFile): the store is mapped by each connection, and pages count each time.
/// </param>
/// <param name="Heap">The garbage collector's heap after its last collection.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="Store">The store's file.</param>
/// <param name="Log">Its write-ahead log.</param>
internal sealed partial record SoakSample(
    double Minutes, long Requests, double OwnMemory, double MappedFiles, double Heap, double Handles, double Store, double Log)
{
    private const double KiB = 1024;

    /// <summary>Looks at a server now.</summary>
    public static async Task<SoakSample> TakeAsync(ServerProcess server, string folder, HttpClient http, TimeSpan at, long requests)
    {
        string status = await File.ReadAllTextAsync($"/proc/{server.Id}/status").ConfigureAwait(false);
        string metrics = await http.GetStringAsync(new Uri($"http://{server.AdminEndPoint}/metrics")).ConfigureAwait(false);
        return new SoakSample(
            at.TotalMinutes,
            requests,
            Number(OwnMemoryLine().Match(status)) * KiB,
            Number(MappedFilesLine().Match(status)) * KiB,
            Number(HeapLine().Match(metrics)),
            Directory.GetFileSystemEntries($"/proc/{server.Id}/fd").Length,
            new FileInfo(Path.Combine(folder, "daxproxy.db")).Length,
            new FileInfo(Path.Combine(folder, "daxproxy.db-wal")).Length);
    }

    private static double Number(Match match) => match.Success
        ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException("A figure of the server is missing.");

    [GeneratedRegex(@"^RssAnon:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex OwnMemoryLine();

    [GeneratedRegex(@"^RssFile:\s+(\d+) kB", RegexOptions.Multiline)]
    private static partial Regex MappedFilesLine();

    [GeneratedRegex(@"^daxproxy_process_heap_bytes (\S+)", RegexOptions.Multiline)]
    private static partial Regex HeapLine();
}
