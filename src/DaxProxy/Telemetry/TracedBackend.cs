using System.Diagnostics;
using System.Globalization;
using DaxProxy.Core;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;

namespace DaxProxy.Telemetry;

/// <summary>A backend whose calls are spans, where the request that they are made for is traced. Changes nothing.</summary>
/// <param name="inner">The backend.</param>
/// <param name="server">Where it is; null for one in this process.</param>
internal sealed class TracedBackend(IDynamoBackend inner, Uri? server) : IDynamoBackend
{
    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) =>
        Spans.Current is null ? inner.ExecuteAsync(operation, cancellationToken) : TraceAsync(operation, cancellationToken);

    private async ValueTask<Reply> TraceAsync(Operation operation, CancellationToken cancellationToken)
    {
        using Activity? span = Spans.StartCall();
        if (span is null)
        {
            return await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
        }

        Spans.Describe(span, operation.Name, operation.TableNames);
        if (server is not null)
        {
            span.SetTag("server.address", server.Host);
            span.SetTag("server.port", server.Port);
        }

        try
        {
            Reply reply = await inner.ExecuteAsync(operation, cancellationToken).ConfigureAwait(false);
            if (ObservedRequest.ErrorOf(reply) is { } error)
            {
                Spans.Fail(span, error, isFailure: true);
            }

            if (Units.PartsOf(reply) is { Count: > 0 } parts)
            {
                span.SetTag("aws.dynamodb.consumed_capacity", parts.Select(Text).ToArray());
            }

            return reply;
        }
        catch (Exception fault)
        {
            Spans.Fail(span, fault.GetType().Name, isFailure: true);
            throw;
        }
    }

    private static string Text(ConsumedCapacity part) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"TableName":"{{part.TableName}}","CapacityUnits":{{part.TotalUnits}}}""");
}
