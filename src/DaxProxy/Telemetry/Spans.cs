using System.Diagnostics;

namespace DaxProxy.Telemetry;

/// <summary>What traces consist of: a span of each request that is traced, and in it one of each call of the backend.</summary>
/// <remarks>
/// Thread-safe. There are spans only while something listens to <see cref="Source"/>. Source of the names: OpenTelemetry's semantic
/// conventions for DynamoDB and for databases, as of November 2026.
/// </remarks>
internal static class Spans
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "DaxProxy";

    private const string DatabaseSystem = "aws.dynamodb";

    private static readonly ActivitySource Source = new(SourceName, typeof(Spans).Assembly.GetName().Version!.ToString(3));

    /// <summary>The span that what runs now belongs to; null where it is not traced.</summary>
    public static Activity? Current => Activity.Current is { } span && ReferenceEquals(span.Source, Source) ? span : null;

    /// <summary>Begins the span of a request; null while nothing listens.</summary>
    /// <param name="parent">The span of the client's; default for none.</param>
    public static Activity? StartRequest(ActivityContext parent) => Source.StartActivity("request", ActivityKind.Server, parent);

    /// <summary>Begins the span of a call of the backend, within a request that is traced; null outside of one.</summary>
    public static Activity? StartCall() => Current is null ? null : Source.StartActivity("call", ActivityKind.Client);

    /// <summary>Takes back that a span is recorded: it is not sent anywhere.</summary>
    public static void Drop(Activity span)
    {
        span.IsAllDataRequested = false;
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    /// <summary>Says what a span is about.</summary>
    /// <param name="span">The span.</param>
    /// <param name="operation">DynamoDB's name of the operation; null where that is not known.</param>
    /// <param name="tables">The tables that it names.</param>
    public static void Describe(Activity span, string? operation, IReadOnlyList<string> tables)
    {
        span.SetTag("db.system.name", DatabaseSystem);
        span.SetTag("db.operation.name", operation);
        span.DisplayName = operation ?? "unknown";
        if (tables is [{ } table])
        {
            span.DisplayName = $"{operation} {table}";
            span.SetTag("db.collection.name", table);
        }

        if (tables.Count > 0)
        {
            span.SetTag("aws.dynamodb.table_names", tables.ToArray());
        }
    }

    /// <summary>Says how it ended badly.</summary>
    /// <param name="span">The span.</param>
    /// <param name="error">Name of the error.</param>
    /// <param name="isFailure">Whether whose span it is has failed.</param>
    public static void Fail(Activity span, string error, bool isFailure)
    {
        span.SetTag("error.type", error);
        if (isFailure)
        {
            span.SetStatus(ActivityStatusCode.Error, error);
        }
    }
}
