using System.Diagnostics;

namespace DaxProxy.Report;

/// <summary>Says on standard error how far a report is: a bar on a terminal, a line for each phase elsewhere. Thread-safe.</summary>
/// <param name="output">Where to.</param>
/// <param name="isTerminal">Whether a line that was written there can be overwritten.</param>
internal sealed class Progress(TextWriter output, bool isTerminal)
{
    private const int Width = 30;
    private const int LineWidth = 110;

    /// <summary>Less than this share says nothing of how long the rest takes.</summary>
    private const double FewestDone = 0.02;

    private readonly Lock gate = new();
    private readonly long startedAt = Stopwatch.GetTimestamp();
    private string phase = "";
    private double weight;
    private double before;
    private double share;
    private double rate;

    /// <summary>Begins a phase.</summary>
    /// <param name="name">What is done, in few words.</param>
    /// <param name="shareOfAll">How much of the whole it is, 0 to 1.</param>
    public void Begin(string name, double shareOfAll)
    {
        lock (gate)
        {
            before += weight;
            (phase, weight, share) = (name, shareOfAll, 0);
            if (!isTerminal)
            {
                output.WriteLine($"{Elapsed()} {phase}");
            }

            Draw();
        }
    }

    /// <summary>So much of the phase is done, 0 to 1.</summary>
    public void Reach(double shareOfPhase)
    {
        lock (gate)
        {
            share = shareOfPhase;
            Draw();
        }
    }

    /// <summary>So many requests were answered a second lately.</summary>
    public void Rate(double perSecond)
    {
        lock (gate)
        {
            rate = perSecond;
            Draw();
        }
    }

    /// <summary>Takes the bar away, for something else to be said.</summary>
    public void Clear()
    {
        lock (gate)
        {
            if (isTerminal)
            {
                output.Write("\r" + new string(' ', LineWidth) + "\r");
            }
        }
    }

    /// <summary>Says a line of its own.</summary>
    public void Say(string line)
    {
        Clear();
        lock (gate)
        {
            output.WriteLine(line);
        }
    }

    private void Draw()
    {
        if (isTerminal)
        {
            double done = Math.Clamp(before + (weight * share), 0, 1);
            int full = (int)(done * Width);
            string bar = $"[{new string('#', full)}{new string('.', Width - full)}]";
            output.Write("\r" + $"{bar} {done,4:0%} {Elapsed()} {phase}{LeftOf(done)}{Speed()}".PadRight(LineWidth));
        }
    }

    private string LeftOf(double done) => done < FewestDone || done >= 1
        ? ""
        : $", {Minutes(Stopwatch.GetElapsedTime(startedAt) * ((1 - done) / done))} left";

    private string Speed() => rate == 0 ? "" : $", {Quantity.Whole(rate)} requests/s";

    private string Elapsed() => Minutes(Stopwatch.GetElapsedTime(startedAt));

    private static string Minutes(TimeSpan time) => $"{(int)time.TotalMinutes}:{time.Seconds:00}";
}
