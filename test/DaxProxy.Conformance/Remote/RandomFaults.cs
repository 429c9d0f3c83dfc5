using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// Lets a link fail at random, now seldom, now often, and keeps of every write when the backend did it: each has a number, which stands in
/// its request.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class RandomFaults(int seed)
{
    /// <summary>Smallest number of a write; nothing else in a request has so many digits.</summary>
    public const long FirstWrite = 1_000_000_000;

    /// <summary>After so many requests the weather changes.</summary>
    private const int WeatherRequests = 400;

    private static readonly double[] Weathers = [0, 0.02, 0.1, 0.4];

    private static readonly LinkFault[] All =
    [
        LinkFault.ResetBefore, LinkFault.ResetAfter, LinkFault.Truncated, LinkFault.Corrupt, LinkFault.CorruptChecksum, LinkFault.Error500,
        LinkFault.Error500After, LinkFault.Html503, LinkFault.Throttle, LinkFault.Throttle, LinkFault.Slow, LinkFault.Gzip,
    ];

    /// <summary>Those that cost a whole time-out; one fault in twenty.</summary>
    private static readonly LinkFault[] Hanging = [LinkFault.HangBefore, LinkFault.HangAfter, LinkFault.Late];

    private readonly Random random = new(seed);
    private readonly Lock gate = new();
    private int requests;
    private double weather;

    /// <summary>When the backend did each write, by its number; more than once where it was sent more than once.</summary>
    public ConcurrentDictionary<long, ConcurrentBag<(long From, long To)>> Done { get; } = new();

    /// <summary>How often each fault has happened.</summary>
    public ConcurrentDictionary<LinkFault, int> Counts { get; } = new();

    /// <summary>Whether there are faults at all.</summary>
    public bool IsCalm { get; set; } = true;

    /// <summary>What happens to a request.</summary>
    public LinkFault Next(LinkRequest request)
    {
        LinkFault fault = IsCalm || request.Operation == "DescribeTable" ? LinkFault.None : Draw();
        Counts.AddOrUpdate(fault, 1, static (_, count) => count + 1);
        return fault;
    }

    /// <summary>Takes note of what the backend has done.</summary>
    public void Note(LinkPass pass)
    {
        if (pass.Status == 200 && WriteNumber().Match(pass.Request.Text) is { Success: true } match)
        {
            ConcurrentBag<(long From, long To)> passes = Done.GetOrAdd(long.Parse(match.Value, CultureInfo.InvariantCulture), _ => []);

            // A transaction that is repeated has a token, so it is done once.
            if (pass.Request.Operation != "TransactWriteItems" || passes.IsEmpty)
            {
                passes.Add((pass.From, pass.To));
            }
        }
    }

    private LinkFault Draw()
    {
        lock (gate)
        {
            if (requests++ % WeatherRequests == 0)
            {
                weather = Weathers[random.Next(Weathers.Length)];
            }

            if (random.NextDouble() >= weather)
            {
                return LinkFault.None;
            }

            LinkFault[] kind = random.Next(20) == 0 ? Hanging : All;
            return kind[random.Next(kind.Length)];
        }
    }

    [GeneratedRegex(@"\b1\d{9}\b")]
    private static partial Regex WriteNumber();
}
