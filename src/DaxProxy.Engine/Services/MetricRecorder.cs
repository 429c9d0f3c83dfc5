namespace DaxProxy.Engine.Services;

/// <summary>The values of one metric that are not in the store yet, by the minute.</summary>
/// <remarks>Thread-safe; its lock is held for arithmetic only, so requests may add to it.</remarks>
public sealed class MetricRecorder
{
    /// <summary>Most minutes that wait to be stored, so that nothing grows where a disk fails.</summary>
    private const int MaxWaiting = 1024;

    /// <summary>
    /// Most minutes that are left waiting when they could not be stored: all metrics together then hold some 20 MB while a disk is full.
    /// </summary>
    internal const int MaxLeft = 30;

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private List<(long Minute, MetricCell Cell)> waiting = [];
    private volatile bool isRetired;

    internal MetricRecorder(MetricId id, long number, TimeProvider time) => (Id, Number, this.time) = (id, number, time);

    /// <summary>The metric.</summary>
    public MetricId Id { get; }

    /// <summary>Whether the store has forgotten the metric. What is added then is lost: ask the store for the metric again.</summary>
    public bool IsRetired => isRetired;

    /// <summary>Its number in the store; 0 until it has one. For use within the lock of the store.</summary>
    internal long Number { get; set; }

    /// <summary>Adds a value of now.</summary>
    public void Add(double value) => Add(MetricStore.MinuteOf(time.GetUtcNow()), MetricCell.Of(value));

    /// <summary>Adds what was seen in a minute.</summary>
    /// <param name="minute">The minute, counted from 1970.</param>
    /// <param name="cell">What was seen.</param>
    /// <returns>False where so many minutes wait already that it was not added; once they are stored there is room again.</returns>
    public bool Add(long minute, MetricCell cell)
    {
        lock (gate)
        {
            if (isRetired)
            {
                return true;
            }

            for (int index = waiting.Count - 1; index >= 0; index--)
            {
                if (waiting[index].Minute == minute)
                {
                    waiting[index] = (minute, waiting[index].Cell + cell);
                    return true;
                }
            }

            if (waiting.Count >= MaxWaiting)
            {
                return false;
            }

            waiting.Add((minute, cell));
            return true;
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

    /// <summary>Lets wait again what was taken and could not be stored; the oldest of too much is lost.</summary>
    internal void GiveBack(List<(long Minute, MetricCell Cell)> taken)
    {
        lock (gate)
        {
            foreach ((long minute, MetricCell cell) in waiting)
            {
                int index = taken.FindIndex(one => one.Minute == minute);
                if (index < 0)
                {
                    taken.Add((minute, cell));
                }
                else
                {
                    taken[index] = (minute, taken[index].Cell + cell);
                }
            }

            if (taken.Count > MaxLeft)
            {
                taken.Sort(static (one, other) => one.Minute.CompareTo(other.Minute));
                taken.RemoveRange(0, taken.Count - MaxLeft);
            }

            waiting = taken;
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

    /// <summary>Ends it, unless something waits.</summary>
    internal bool TryRetire()
    {
        lock (gate)
        {
            return isRetired = waiting.Count == 0;
        }
    }
}
