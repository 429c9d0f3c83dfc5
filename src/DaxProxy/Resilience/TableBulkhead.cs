using System.Threading.RateLimiting;
using DaxProxy.Core;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Options;
using Polly;
using Polly.CircuitBreaker;

namespace DaxProxy.Resilience;

/// <summary>One table's share of the backend: so many requests at once, so many that wait, and none while too many fail.</summary>
/// <remarks>
/// Thread-safe. A place is held from the moment an attempt is sent until it is answered, not while it waits to be sent again. Whether
/// requests are refused is asked with a place in hand, so that those who waited learn of it too.
/// </remarks>
internal sealed class TableBulkhead : IDisposable
{
    private readonly ConcurrencyLimiter places;
    private readonly CircuitBreakerStateProvider state = new();
    private readonly ResiliencePipeline<Reply> breaker;
    private readonly IDynamoBackend inner;
    private readonly RetryBudget budget;
    private readonly ResilienceStatistics statistics;
    private readonly TimeProvider time;
    private volatile bool isToldOpen;

    /// <summary>A bulkhead with all its places free.</summary>
    /// <param name="inner">The backend.</param>
    /// <param name="options">How large it is, and when the backend counts as failing.</param>
    /// <param name="budget">Earns with each request that is sent.</param>
    /// <param name="statistics">What is counted.</param>
    /// <param name="onChange">Told when requests begin to be refused (true) and when no longer.</param>
    /// <param name="time">The clock.</param>
    public TableBulkhead(
        IDynamoBackend inner,
        ResilienceOptions options,
        RetryBudget budget,
        ResilienceStatistics statistics,
        Action<bool> onChange,
        TimeProvider time)
    {
        this.inner = inner;
        this.budget = budget;
        this.statistics = statistics;
        this.time = time;
        places = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxConcurrency,
            QueueLimit = options.MaxQueue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        breaker = new ResiliencePipelineBuilder<Reply> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Reply>
            {
                FailureRatio = options.BreakRatio,
                MinimumThroughput = options.BreakMinimum,
                SamplingDuration = options.BreakWindow,
                BreakDuration = options.BreakDuration,
                StateProvider = state,
                ShouldHandle = attempt => new(attempt.Outcome.Result is { } reply
                    ? Failures.Of(reply) is Failure.Unknown or Failure.NeverSent

                    // A caller who gives up says nothing of the backend; but a trial that he gave up has not shown that it answers again.
                    : attempt.Outcome.Exception is OperationCanceledException && state.CircuitState == CircuitState.HalfOpen),
                OnOpened = _ =>
                {
                    // A trial that failed has changed nothing.
                    statistics.CountBreak();
                    Tell(onChange, isOpen: true);
                    return default;
                },
                OnClosed = _ =>
                {
                    Tell(onChange, isOpen: false);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>The answer when there is no room.</summary>
    public static Reply Full { get; } = new ErrorReply(TransportFaults.RateExceeded) { Effect = KnownEffect.None };

    /// <summary>The answer while the backend is left alone.</summary>
    public static Reply Broken { get; } = new ErrorReply(TransportFaults.InternalServerError) { Effect = KnownEffect.None };

    /// <summary>Whether requests are refused, or one is tried.</summary>
    public bool IsBroken => state.CircuitState is CircuitState.Open or CircuitState.HalfOpen;

    /// <summary>Makes one attempt.</summary>
    /// <param name="context">Of the pipeline; its token ends a read.</param>
    /// <param name="call">The request.</param>
    public async ValueTask<Outcome<Reply>> SendAsync(ResilienceContext context, RemoteCall call)
    {
        call.Begin();
        RateLimitLease place = places.AttemptAcquire();
        try
        {
            if (!place.IsAcquired)
            {
                place = await WaitAsync(call, context.CancellationToken).ConfigureAwait(false);
            }

            if (!place.IsAcquired)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                statistics.CountRefusedFull();
                return Outcome.FromResult(Full);
            }

            Outcome<Reply> outcome = await breaker
                .ExecuteOutcomeAsync(static (context, call) => call.Bulkhead.CallAsync(context, call), context, call).ConfigureAwait(false);
            if (outcome.Exception is BrokenCircuitException)
            {
                statistics.CountRefusedBroken();
                return Outcome.FromResult(Broken);
            }

            return outcome;
        }
        catch (OperationCanceledException cancelled)
        {
            return Outcome.FromException<Reply>(cancelled);
        }
        finally
        {
            place.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private void Tell(Action<bool> onChange, bool isOpen)
    {
        if (isToldOpen != isOpen)
        {
            isToldOpen = isOpen;
            onChange(isOpen);
        }
    }

    /// <summary>Waits for a place as long as an attempt may still begin and its caller has not left.</summary>
    private async ValueTask<RateLimitLease> WaitAsync(RemoteCall call, CancellationToken cancellationToken)
    {
        TimeSpan left = call.LastStart - time.GetElapsedTime(call.StartedAt);
        if (left <= TimeSpan.Zero)
        {
            return NoPlace.Instance;
        }

        using CancellationTokenSource timer = new(left, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, call.Caller, cancellationToken);
        try
        {
            return await places.AcquireAsync(1, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return NoPlace.Instance;
        }
    }

    private async ValueTask<Outcome<Reply>> CallAsync(ResilienceContext context, RemoteCall call)
    {
        if (call.TryBeginFirst())
        {
            budget.Earn();
        }

        try
        {
            Reply reply = await inner.ExecuteAsync(call.Operation, context.CancellationToken).ConfigureAwait(false);
            call.Note(reply);
            if (Failures.Of(reply) == Failure.Throttled)
            {
                statistics.CountThrottled(call.Operation.TableNames);
            }

            return Outcome.FromResult(reply);
        }
        catch (Exception fault)
        {
            return Outcome.FromException<Reply>(fault);
        }
    }

    private sealed class NoPlace : RateLimitLease
    {
        public static readonly NoPlace Instance = new();

        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = null;
            return false;
        }
    }
}
