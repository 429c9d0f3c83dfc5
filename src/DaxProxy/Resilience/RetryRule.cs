using DaxProxy.Core.Operations;
using DaxProxy.Options;

namespace DaxProxy.Resilience;

/// <summary>Whether a request is sent again: it is safe, there is time, and the backend can be asked for it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RetryRule(
    ResilienceOptions options, RetryBudget budget, Backoff backoff, ResilienceStatistics statistics, TimeProvider time)
{
    /// <summary>Decides, pays for it and says in <see cref="RemoteCall.Wait"/> how long to wait.</summary>
    /// <param name="call">The request.</param>
    /// <param name="reply">How the latest attempt was answered.</param>
    /// <param name="attempt">Which attempt that was, from 0.</param>
    public bool TryAllow(RemoteCall call, Reply reply, int attempt)
    {
        Failure failure = Failures.Of(reply);
        bool isSafe = failure is Failure.Throttled or Failure.NeverSent || (failure == Failure.Unknown && call.IsRepeatable);
        if (!isSafe || attempt + 1 >= options.MaxAttempts || call.Caller.IsCancellationRequested)
        {
            return false;
        }

        TimeSpan wait = backoff.Next(call.Wait);
        if (time.GetElapsedTime(call.StartedAt) + wait > call.LastStart)
        {
            return false;
        }

        if (!budget.TryTake())
        {
            statistics.CountDenial();
            return false;
        }

        statistics.CountRetry(failure);
        call.Wait = wait;
        return true;
    }
}
