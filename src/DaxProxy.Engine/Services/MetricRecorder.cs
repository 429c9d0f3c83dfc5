namespace DaxProxy.Engine.Services;

/// <summary>The values of one metric that are not in the store yet, by the minute.</summary>
/// <remarks>Thread-safe; its lock is held for arithmetic only.</remarks>
public sealed class MetricRecorder
{
    /// <summary>Most minutes that wait to be stored. More are merged into the oldest, so that nothing grows where a disk fails.</summary>
    private const int MaxWaiting = 1024;

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private List<(long Minute, MetricCell Cell)> waiting = [];

    internal MetricRecorder(MetricId id, long number, TimeProvider time) => (Id, Number, this.time) = (id, number, time);

    /// <summary>The metric.</summary>
    public MetricId Id { get; }

    /// <summary>Its number in the store.</summary>
    internal long Number { get; }

    /// <summary>Adds a value of now.</summary>
    public void Add(double value) => Add(MetricStore.MinuteOf(time.GetUtcNow()), MetricCell.Of(value));

    /// <summary>Adds what was seen in a minute.</summary>
    /// <param name="minute">The minute, counted from 1970.</param>
    /// <param name="cell">What was seen.</param>
    public void Add(long minute, MetricCell cell)
    {
        lock (gate)
        {
            for (int index = waiting.Count - 1; index >= 0; index--)
            {
                if (waiting[index].Minute == minute || waiting.Count - index >= MaxWaiting)
                {
                    waiting[index] = (waiting[index].Minute, waiting[index].Cell + cell);
                    return;
                }
            }

            waiting.Add((minute, cell));
        }
    }

    /// <summary>Takes what waits, to store it.</summary>
    internal List<(long Minute, MetricCell Cell)> Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                return [];
            }

            List<(long, MetricCell)> taken = waiting;
            waiting = [];
            return taken;
        }
    }

    /// <summary>What waits of a span of minutes.</summary>
    internal List<(long Minute, MetricCell Cell)> Waiting(long from, long to)
    {
        lock (gate)
        {
            return waiting.FindAll(one => one.Minute >= from && one.Minute < to);
        }
    }
}
