using System.Collections.Concurrent;
using DaxProxy.Core;
using DaxProxy.Core.Catalog;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Engine.Services;

namespace DaxProxy.Telemetry;

/// <summary>
/// The local engine with what DynamoDB shows of requests in CloudWatch: how long they took, what they returned, why they were refused.
/// Changes nothing.
/// </summary>
/// <remarks>Thread-safe. Source of names and dimensions: DynamoDB's documentation of its metrics.</remarks>
/// <param name="inner">The engine.</param>
/// <param name="metrics">Where it is shown.</param>
/// <param name="time">The clock that latency is measured by.</param>
internal sealed class MeasuredBackend(IDynamoBackend inner, MetricStore metrics, TimeProvider time) : IDynamoBackend
{
    private const string Namespace = "AWS/DynamoDB";

    /// <summary>Most metrics that are at hand; there may be many tables, one after the other.</summary>
    private const int MaxKnown = 4096;

    private readonly ConcurrentDictionary<(string Name, string? Table, string? Operation), MetricRecorder> series = new();

    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken)
    {
        // Asked once: for most operations each answer is a new list.
        IReadOnlyList<string> tables = operation.Verb.IsControlPlane ? [] : operation.TableNames;
        if (tables.Count == 0)
        {
            return inner.ExecuteAsync(operation, cancellationToken);
        }

        long startedAt = time.GetTimestamp();
        ValueTask<Reply> pending = inner.ExecuteAsync(operation, cancellationToken);
        if (!pending.IsCompletedSuccessfully)
        {
            return MeasureAsync(pending, operation, tables, startedAt);
        }

        Note(operation, tables, pending.Result, startedAt);
        return pending;
    }

    private async ValueTask<Reply> MeasureAsync(
        ValueTask<Reply> pending, Operation operation, IReadOnlyList<string> tables, long startedAt)
    {
        Reply reply;
        try
        {
            reply = await pending.ConfigureAwait(false);
        }
        catch
        {
            foreach (string table in tables.Distinct())
            {
                Of("SystemErrors", TableCatalog.PlainName(table), operation.Name).Add(1);
            }

            throw;
        }

        Note(operation, tables, reply, startedAt);
        return reply;
    }

    private void Note(Operation operation, IReadOnlyList<string> tables, Reply reply, long startedAt)
    {
        DynamoError? error = (reply as ErrorReply)?.Error;
        if (error is { Name: "ResourceNotFoundException" or "ValidationException" })
        {
            // Of a table that is not there, or may not be.
            Of("UserErrors", null, null).Add(1);
            return;
        }

        double milliseconds = time.GetElapsedTime(startedAt).TotalMilliseconds;
        if (tables.Count == 1)
        {
            Note(TableCatalog.PlainName(tables[0]), operation, reply, error, milliseconds);
            return;
        }

        foreach (string table in tables.Distinct())
        {
            Note(TableCatalog.PlainName(table), operation, reply, error, milliseconds);
        }
    }

    private void Note(string table, Operation operation, Reply reply, DynamoError? error, double milliseconds)
    {
        if (error is null)
        {
            Of("SuccessfulRequestLatency", table, operation.Name).Add(milliseconds);
            if (reply is PageReply page)
            {
                Of("ReturnedItemCount", table, operation.Name).Add(page.Count);
            }
        }
        else if (error.IsThrottling)
        {
            Of("ThrottledRequests", table, operation.Name).Add(1);
        }
        else if (error.Name == "ConditionalCheckFailedException")
        {
            Of("ConditionalCheckFailedRequests", table, null).Add(1);
        }
        else if (error.Name == "TransactionConflictException"
            || error.CancellationReasons?.Any(reason => reason.Code == "TransactionConflict") == true)
        {
            Of("TransactionConflict", table, null).Add(1);
        }
    }

    private MetricRecorder Of(string name, string? table, string? operation)
    {
        if (series.TryGetValue((name, table, operation), out MetricRecorder? known) && !known.IsRetired)
        {
            return known;
        }

        if (series.Count >= MaxKnown)
        {
            series.Clear();
        }

        MetricId id = table is null ? MetricId.Of(Namespace, name)
            : operation is null ? MetricId.Of(Namespace, name, ("TableName", table))
            : MetricId.Of(Namespace, name, ("TableName", table), ("Operation", operation));
        return series[(name, table, operation)] = metrics.Of(id);
    }
}
