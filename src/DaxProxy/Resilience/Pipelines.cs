using DaxProxy.Core.Operations;
using DaxProxy.Options;
using Polly;
using Polly.Hedging;
using Polly.Retry;
using Polly.Timeout;

namespace DaxProxy.Resilience;

/// <summary>Polly's pipelines, one for each purpose; the innermost attempt is a <see cref="TableBulkhead"/>'s.</summary>
/// <remarks>
/// Immutable and thread-safe. Outermost first: the time of the whole request (reads only), attempts one after the other, two at once (reads
/// only).
/// </remarks>
internal sealed class Pipelines(
    ResilienceOptions options, RetryRule rule, RetryBudget budget, ResilienceStatistics statistics, TimeProvider time)
{
    private readonly ResiliencePipeline<Reply> read = Build(Purpose.Read, options, rule, budget, statistics, time);
    private readonly ResiliencePipeline<Reply> write = Build(Purpose.Write, options, rule, budget, statistics, time);
    private readonly ResiliencePipeline<Reply> opaque = Build(Purpose.Opaque, options, rule, budget, statistics, time);

    /// <summary>The pipeline for a purpose.</summary>
    public ResiliencePipeline<Reply> For(Purpose purpose) => purpose switch
    {
        Purpose.Read => read,
        Purpose.Write => write,
        _ => opaque,
    };

    private static ResiliencePipeline<Reply> Build(
        Purpose purpose, ResilienceOptions options, RetryRule rule, RetryBudget budget, ResilienceStatistics statistics, TimeProvider time)
    {
        ResiliencePipelineBuilder<Reply> builder = new() { Name = purpose.ToString(), TimeProvider = time };
        if (purpose == Purpose.Read)
        {
            builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.TimeBudget });
        }

        if (options.MaxAttempts > 1)
        {
            builder.AddRetry(Retry(options, rule));
        }

        if (purpose == Purpose.Read && options.HedgeAfter > TimeSpan.Zero)
        {
            builder.AddHedging(Hedge(options, budget, statistics));
        }

        return builder.Build();
    }

    private static RetryStrategyOptions<Reply> Retry(ResilienceOptions options, RetryRule rule) => new()
    {
        MaxRetryAttempts = options.MaxAttempts - 1,
        ShouldHandle = attempt => new(
            attempt.Outcome.Result is { } reply && rule.TryAllow(CallOf(attempt.Context), reply, attempt.AttemptNumber)),
        DelayGenerator = static attempt => new(CallOf(attempt.Context).Wait),
    };

    /// <summary>Only for an answer that is late: what failed is the retry's to repeat, after a wait.</summary>
    private static HedgingStrategyOptions<Reply> Hedge(
        ResilienceOptions options, RetryBudget budget, ResilienceStatistics statistics) => new()
        {
            MaxHedgedAttempts = 1,
            Delay = options.HedgeAfter,
            ShouldHandle = static attempt => new(attempt.Outcome.Result is { } reply && Failures.Of(reply) != Failure.None),
            ActionGenerator = arguments =>
            {
                RemoteCall call = CallOf(arguments.PrimaryContext);
                if (call.IsAnswered || call.Operation is not (GetItem or BatchGetItem or PageOperation))
                {
                    return null;
                }

                if (!budget.TryTake())
                {
                    statistics.CountDenial();
                    return null;
                }

                statistics.CountHedge();
                return async () =>
                {
                    Outcome<Reply> outcome = await arguments.Callback(arguments.ActionContext).ConfigureAwait(false);
                    call.Hedge = outcome.Result;
                    return outcome;
                };
            },
        };

    private static RemoteCall CallOf(ResilienceContext context) =>
        context.Properties.TryGetValue(RemoteCall.Key, out RemoteCall? call)
            ? call
            : throw new InvalidOperationException("A context without a remote call.");
}
