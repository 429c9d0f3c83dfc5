using System.Text.Json;

namespace DaxProxy.Report;

/// <summary>What the proxy's own auditor found in the table of the report.</summary>
/// <param name="Equal">Answers of its cache that it read again, and that were right.</param>
/// <param name="Stale">Those that were stale.</param>
/// <param name="Unknown">Those that could not be judged.</param>
/// <param name="LongestStaleSeconds">How long the longest of the stale ones was so at least.</param>
internal sealed record OwnAudit(long Equal, long Stale, long Unknown, double LongestStaleSeconds)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Asks the proxy.</summary>
    /// <param name="admin">Its admin port.</param>
    /// <param name="table">The table.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ReportFault">It does not say.</exception>
    public static async Task<OwnAudit> ReadAsync(Uri admin, string table, CancellationToken stop)
    {
        using HttpClient http = new() { Timeout = Patience };
        try
        {
            byte[] body = await http.GetByteArrayAsync(new Uri(admin, "/api/stats"), stop).ConfigureAwait(false);
            using JsonDocument said = JsonDocument.Parse(body);
            if (!said.RootElement.TryGetProperty("auditor", out JsonElement auditor))
            {
                throw new ReportFault(
                    $"--proxied-admin {admin}: its auditor is off; set Auditor.SampleRate at the proxy, or leave this out");
            }

            return auditor.GetProperty("tables").TryGetProperty(table, out JsonElement found)
                ? new OwnAudit(
                    found.GetProperty("equal").GetInt64(),
                    found.GetProperty("stale").GetInt64(),
                    found.GetProperty("unknown").GetInt64(),
                    found.GetProperty("longestStaleSeconds").GetDouble())
                : new OwnAudit(0, 0, 0, 0);
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException or KeyNotFoundException or TaskCanceledException
            && !stop.IsCancellationRequested)
        {
            throw new ReportFault(
                $"--proxied-admin {admin}: does not say what its auditor found; give the admin port of the proxy, without a secret", fault);
        }
    }

    /// <summary>One sentence.</summary>
    public override string ToString() =>
        $"The proxy's own auditor read {Quantity.Whole(Equal + Stale + Unknown)} answers of its cache again: "
        + $"{Quantity.Whole(Stale)} were stale"
        + (Stale > 0 ? $", the longest for {Quantity.Milliseconds(LongestStaleSeconds * 1000)} at least" : "")
        + $", and of {Quantity.Whole(Unknown)} nothing can be said, as they were written to meanwhile.";
}
