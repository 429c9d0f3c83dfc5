using DaxProxy.Core.Operations;
using DaxProxy.Options;

namespace DaxProxy.Resilience;

/// <summary>Whether a request is sent again: it is safe, there is time, and the backend can be asked for it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RetryRule(ResilienceOptions options, RetryBudget budget, Backoff backoff, ResilienceStatistics statistics, TimeProvider time)
{
    /// <summary>Decides, pays for it and says in <see cref="Errand.Wait"/> how long to wait.</summary>
    /// <param name="errand">The request.</param>
    /// <param name="reply">How the latest attempt was answered.</param>
    /// <param name="attempt">Which attempt that was, from 0.</param>
    public bool TryAllow(Errand errand, Reply reply, int attempt)
    {
        Failure failure = Failures.Of(reply);
        bool isSafe = failure is Failure.Throttled or Failure.NeverSent || (failure == Failure.Unknown && errand.IsRepeatable);
        if (!isSafe || attempt + 1 >= options.MaxAttempts || errand.Caller.IsCancellationRequested)
        {
            return false;
        }

        TimeSpan wait = backoff.Next(errand.Wait);
        if (time.GetElapsedTime(errand.StartedAt) + wait > errand.LastStart)
        {
            return false;
        }

        if (!budget.TryTake())
        {
            statistics.CountDenial();
            return false;
        }

        statistics.CountRetry(failure);
        errand.Wait = wait;
        return true;
    }
}
