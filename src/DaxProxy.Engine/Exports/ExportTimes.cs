using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations.Transfers;
using DaxProxy.Engine.Backups;
using DaxProxy.Engine.Storage;

namespace DaxProxy.Engine.Exports;

/// <summary>
/// Which times and spans can be exported. Source: the service's answers as far as others recorded them (tests of scylladb/scylladb#30222);
/// docs/compatibility.md says which texts are ours.
/// </summary>
internal static class ExportTimes
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>
    /// A span with an end. The latest is a whole second, as clients that send no parts of seconds begin the next span with it.
    /// </summary>
    public static ExportSpan Close(ExportSpan span, DateTimeOffset now) =>
        span with { To = span.To ?? DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()) };

    /// <summary>What is wrong with a span that has an end, whether or not the table's past is kept; null for nothing.</summary>
    public static DynamoError? Check(ExportSpan span, DateTimeOffset created, DateTimeOffset now)
    {
        (DateTimeOffset from, DateTimeOffset to) = (span.From!.Value, span.To!.Value);
        return from < created ? TransferFaults.SpanBeforeTable(from)
            : to > now ? TransferFaults.SpanInTheFuture(to)
            : to - from < Shortest ? TransferFaults.SpanTooShort
            : to - from > Longest ? TransferFaults.SpanTooLong
            : null;
    }

    /// <summary>The stamps of the last changes before a span and within it, or why there are none.</summary>
    public static DynamoError? TryFind(
        RecoverySetting setting, ItemHistory history, ExportSpan span, DateTimeOffset now, out (long? From, long To) points)
    {
        (long From, long To)? found = setting.PointsAt(history, now, span.From!.Value, span.To!.Value);
        points = found ?? default;
        return found is null ? TransferFaults.ExportTimeNotKept : null;
    }

    /// <summary>The stamp of the last change that belongs to the state at a time, null for the present; or why there is none.</summary>
    public static DynamoError? TryFind(
        RecoverySetting setting, ItemHistory history, DateTimeOffset? at, DateTimeOffset created, DateTimeOffset now,
        out (long? From, long To) points)
    {
        points = default;
        if (at < created || at > now)
        {
            return TransferFaults.InvalidExportTime;
        }

        long? found = setting.PointAt(history, now, at);
        points = (null, found ?? 0);
        return found is null ? TransferFaults.ExportTimeNotKept : null;
    }
}
