namespace DaxProxy.Capacity;

/// <summary>Amounts over the time of a simulation, in as many steps as a picture can show. For one thread.</summary>
/// <param name="duration">The whole time.</param>
internal sealed class TimeSeries(TimeSpan duration)
{
    private const int MostSteps = 200;

    private readonly double[] steps = new double[Math.Clamp((int)Math.Ceiling(duration.TotalSeconds), 1, MostSteps)];

    /// <summary>Seconds of a step.</summary>
    private double StepSeconds => duration.TotalSeconds / steps.Length;

    /// <summary>What there was a second, in the middle of each step.</summary>
    public IReadOnlyList<(double Seconds, double PerSecond)> Points =>
        [.. steps.Select((amount, at) => ((at + 0.5) * StepSeconds, amount / StepSeconds))];

    /// <summary>Whether there is anything.</summary>
    public bool IsEmpty => Array.TrueForAll(steps, amount => amount == 0);

    /// <summary>Adds an amount at a time.</summary>
    public void Add(TimeSpan at, double amount) => steps[Math.Min((int)(at.TotalSeconds / StepSeconds), steps.Length - 1)] += amount;

    /// <summary>Adds what there was each second of a span.</summary>
    public void AddSpan(TimeSpan from, TimeSpan to, double perSecond)
    {
        double end = Math.Min(to.TotalSeconds, duration.TotalSeconds);
        for (double at = from.TotalSeconds; at < end;)
        {
            int step = Math.Min((int)((at / StepSeconds) + 1e-9), steps.Length - 1);
            double until = step == steps.Length - 1 ? end : Math.Min(end, (step + 1) * StepSeconds);
            steps[step] += (until - at) * perSecond;
            at = until;
        }
    }
}
