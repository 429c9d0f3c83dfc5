using System.Diagnostics.Metrics;

namespace DaxProxy.Telemetry;

/// <summary>
/// Whether the backend gives answers that can be relied on. An outage is told once when it begins and once when it has ended, however many
/// requests meet it: it ends when the backend has answered for a while without failing in between.
/// </summary>
/// <remarks>Thread-safe. To say that the backend has answered costs one look while there is no outage.</remarks>
internal sealed class BackendOutage : IDisposable
{
    /// <summary>Timers do not know shorter ones.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private volatile bool isDown;
    private DateTimeOffset since;
    private DateTimeOffset lastFailure;
    private long? answersSince;
    private long failures;
    private long count;

    /// <summary>No outage.</summary>
    /// <param name="logger">Where to log.</param>
    /// <param name="time">The clock.</param>
    public BackendOutage(ILogger logger, TimeProvider time)
    {
        this.logger = logger;
        this.time = time;
        timer = time.CreateTimer(
            static state => ((BackendOutage)state!).EndIfCalm(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long it must have answered without a failure.</summary>
    public static TimeSpan Calm { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Since when there is an outage; null when there is none.</summary>
    public DateTimeOffset? Since
    {
        get
        {
            lock (gate)
            {
                return isDown ? since : null;
            }
        }
    }

    /// <summary>How many outages have begun.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>It gave no answer to something.</summary>
    /// <param name="operation">What it was asked.</param>
    /// <param name="fault">What came instead.</param>
    public void NoteFailure(string operation, string fault)
    {
        lock (gate)
        {
            answersSince = null;
            lastFailure = time.GetUtcNow();
            failures++;
            if (isDown)
            {
                return;
            }

            since = lastFailure;
            failures = 1;
            isDown = true;
            Interlocked.Increment(ref count);
        }

        Log.BackendFailed(logger, operation, fault);
    }

    /// <summary>It has answered.</summary>
    public void NoteAnswer()
    {
        if (!isDown)
        {
            return;
        }

        lock (gate)
        {
            if (isDown && answersSince is null)
            {
                answersSince = time.GetTimestamp();
                timer.Change(Calm, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Shows it as instruments.</summary>
    public void ShowOn(Meter meter)
    {
        meter.CreateObservableGauge("daxproxy.backend.up", () => isDown ? 0L : 1L, null, "0 during an outage of the backend, else 1.");
        meter.CreateObservableCounter("daxproxy.backend.outages", () => Count, null, "Outages of the backend that have begun.");
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void EndIfCalm()
    {
        double seconds;
        long failed;
        lock (gate)
        {
            if (!isDown || answersSince is not { } from)
            {
                return;
            }

            // A timer may come a moment early, as it counts otherwise than the clock; nothing else would set it again.
            if (Calm - time.GetElapsedTime(from) is { Ticks: > 0 } left)
            {
                timer.Change(left < ShortestWait ? ShortestWait : left, Timeout.InfiniteTimeSpan);
                return;
            }

            isDown = false;
            answersSince = null;
            (seconds, failed) = ((lastFailure - since).TotalSeconds, failures);
        }

        Log.BackendAnswers(logger, Math.Round(seconds, 1), failed);
    }
}
