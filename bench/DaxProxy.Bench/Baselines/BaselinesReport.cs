using System.Globalization;
using System.Text;
using DaxProxy.Bench.Load;

namespace DaxProxy.Bench.Baselines;

/// <summary>The rounds of each that could answer; the first is the one the others are compared with.</summary>
internal sealed record BaselinesReport(int Connections, TimeSpan Duration, IReadOnlyList<string> Names, IReadOnlyList<LoadResult>[] Rounds)
{
    public string ToMarkdown()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            GetItem of 1000 items of 400 bytes, {Connections} connections, {Rounds[0].Count} rounds of {Duration.TotalSeconds} s each, {Environment.ProcessorCount} cores

            | | requests/s | p50 µs | p99 µs | server CPU µs/request | DaxProxy, cached / it |
            | --- | ---: | ---: | ---: | ---: | ---: |
            """);
        for (int i = 0; i < Names.Count; i++)
        {
            IReadOnlyList<LoadResult> rounds = Rounds[i];
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                | {Names[i]} | {Of(result => result.RequestsPerSecond)} | {Of(result => result.P50)} | {Of(result => result.P99)} | {Of(result => result.ServerMicroseconds)} | {RatioTo(i)} |
                """);

            Spread Of(Func<LoadResult, double> figure) => Spread.Of(rounds.Select(figure));
        }

        return text.ToString();
    }

    /// <summary>Requests/s of the proxy's cache over those of another.</summary>
    public Spread RatioTo(int other) => Ratio(0, other);

    /// <summary>Where the one of a name is; -1 where it could not answer.</summary>
    public int IndexOf(string name) => Names.ToList().IndexOf(name);

    /// <summary>Requests/s of one over those of another.</summary>
    public Spread Ratio(int one, int other) => Turns.Ratio(Rounds[one], Rounds[other], result => result.RequestsPerSecond);
}
