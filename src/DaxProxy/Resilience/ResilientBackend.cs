using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Tables;
using DaxProxy.Options;
using DaxProxy.Telemetry;
using Polly;
using Polly.Timeout;

namespace DaxProxy.Resilience;

/// <summary>
/// A backend that handles the faults of a remote one: it retries, limits, gives up and backs off, so that clients rarely have to.
/// </summary>
/// <remarks>
/// Thread-safe. Answers what the inner backend answers; a request that could not be answered in time, or was refused here, is answered with
/// DynamoDB's own <c>InternalServerError</c> or <c>ThrottlingException</c>, which SDKs repeat. What is known of a write's effect is in
/// <see cref="Reply.Effect"/>. Reads end with their caller; a write goes on without it, but is not sent again.
/// </remarks>
internal sealed class ResilientBackend : IDynamoBackend, IDisposable
{
    private readonly IDynamoBackend inner;
    private readonly ResilienceOptions options;
    private readonly TimeSpan requestTimeout;
    private readonly TimeProvider time;
    private readonly RetryBudget budget;
    private readonly TableBulkheads bulkheads;
    private readonly Pipelines pipelines;

    /// <summary>A backend around another one that asks once.</summary>
    /// <param name="inner">That one.</param>
    /// <param name="options">How much is borne.</param>
    /// <param name="requestTimeout">How long one attempt may take; the inner backend sees to it.</param>
    /// <param name="seed">What draws the waits.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    public ResilientBackend(
        IDynamoBackend inner, ResilienceOptions options, TimeSpan requestTimeout, int seed, ILogger logger, TimeProvider time)
    {
        this.inner = inner;
        this.options = options;
        this.requestTimeout = requestTimeout;
        this.time = time;
        budget = new RetryBudget(options.RetryRatio);
        Statistics = new ResilienceStatistics(() => bulkheads!.CountBroken());
        bulkheads = new TableBulkheads(
            name => new TableBulkhead(inner, options, budget, Statistics, isBroken => Tell(logger, name, isBroken), time));
        RetryRule rule = new(options, budget, new Backoff(options.BaseDelay, options.MaxDelay, seed), Statistics, time);
        pipelines = new Pipelines(options, rule, budget, Statistics, time);
    }

    /// <inheritdoc/>
    public ReadLag ReadLag => inner.ReadLag;

    /// <inheritdoc/>
    public Func<KeyLayout, AttributeMap, ulong>? ScanOrder => inner.ScanOrder;

    /// <summary>What was counted.</summary>
    public ResilienceStatistics Statistics { get; }

    /// <inheritdoc/>
    public ValueTask<Reply> ExecuteAsync(Operation operation, CancellationToken cancellationToken) => operation switch
    {
        // Nothing of it leaves.
        DescribeEndpoints => inner.ExecuteAsync(operation, cancellationToken),
        not ForwardedOperation and { Verb.IsRepeatable: true } =>
            SendAsync(Purpose.Read, operation, isRepeatable: true, options.TimeBudget, cancellationToken),

        // With a token the service makes it once, however often it comes. A token that is made here is as good as the client's own.
        TransactWriteItems { ClientRequestToken: null } transaction when options.RepeatWrites != RepeatedWrites.None =>
            SendWriteAsync(transaction.WithToken(Guid.NewGuid().ToString()), cancellationToken),
        not ForwardedOperation and { Verb.Effect: VerbEffect.Items } => SendWriteAsync(operation, cancellationToken),
        _ => SendAsync(Purpose.Opaque, operation, isRepeatable: false, options.TimeBudget - requestTimeout, cancellationToken),
    };

    /// <inheritdoc/>
    public void Dispose() => bulkheads.Dispose();

    private ValueTask<Reply> SendWriteAsync(Operation operation, CancellationToken cancellationToken)
    {
        bool isRepeatable = options.RepeatWrites switch
        {
            RepeatedWrites.None => false,
            RepeatedWrites.Idempotent => Idempotence.Holds(operation),
            _ => true,
        };

        // What is sent is not given up before its own time, so it must begin that much before the end.
        return SendAsync(Purpose.Write, operation, isRepeatable, options.TimeBudget - requestTimeout, cancellationToken);
    }

    private async ValueTask<Reply> SendAsync(
        Purpose purpose, Operation operation, bool isRepeatable, TimeSpan lastStart, CancellationToken cancellationToken)
    {
        RemoteCall call = new(purpose, operation, bulkheads.Of(operation), isRepeatable, lastStart, time.GetTimestamp(), cancellationToken);
        Statistics.CountRequest();
        ResilienceContext context = ResilienceContextPool.Shared.Get(
            continueOnCapturedContext: false, purpose == Purpose.Read ? cancellationToken : CancellationToken.None);
        try
        {
            context.Properties.Set(RemoteCall.Key, call);
            Outcome<Reply> outcome = await pipelines.For(purpose)
                .ExecuteOutcomeAsync(static (context, call) => call.Bulkhead.SendAsync(context, call), context, call).ConfigureAwait(false);
            if (outcome.Exception is TimeoutRejectedException)
            {
                return call.Latest ?? new ErrorReply(TransportFaults.InternalServerError);
            }

            outcome.ThrowIfException();
            if (ReferenceEquals(outcome.Result, call.Hedge) && Failures.Of(outcome.Result!) == Failure.None)
            {
                Statistics.CountHedgeWon();
            }

            return call.Conclude(outcome.Result!);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static void Tell(ILogger logger, string name, bool isBroken)
    {
        if (isBroken)
        {
            Log.BreakerOpened(logger, name);
        }
        else
        {
            Log.BreakerClosed(logger, name);
        }
    }
}
