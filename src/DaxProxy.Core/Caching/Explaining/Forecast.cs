using DaxProxy.Core.Operations;

namespace DaxProxy.Core.Caching.Explaining;

/// <summary>How a request would be answered now. Immutable.</summary>
/// <remarks>
/// Found out without answering it: nothing is counted, learnt, kept or asked for. So it is true of this moment only, and of a table that
/// was not read yet it cannot say more than that.
/// </remarks>
/// <param name="Answer">Where from.</param>
/// <param name="Status">What the answer would say in <c>Cache-Status</c>, without the reasons.</param>
/// <param name="Because">The reasons, in the words that an answer has for them.</param>
public sealed record Forecast(ForecastAnswer Answer, CacheStatus Status, IReadOnlyList<string> Because)
{
    /// <summary>The entry that it would be answered from; null where there is none, and of a batch.</summary>
    public ForecastEntry? Entry { get; init; }

    /// <summary>Of a batch, the same for each key in the order of the request; empty otherwise.</summary>
    public IReadOnlyList<Forecast> Keys { get; init; } = [];

    /// <summary>Of a request for a table that is not known yet.</summary>
    public static Forecast OfUnknownTable { get; } = Bypass(CacheStatus.Bypass, Remarks.TableNotKnown);

    /// <summary>Where a request that is made of others would be answered from.</summary>
    /// <param name="parts">Those; at least one.</param>
    public static ForecastAnswer Together(IReadOnlyList<Forecast> parts)
    {
        ForecastAnswer[] answers = [.. parts.Select(part => part.Answer).Distinct()];
        return answers is [var all] ? all
            : answers.Any(answer => answer is ForecastAnswer.Hit or ForecastAnswer.Partial) ? ForecastAnswer.Partial
            : ForecastAnswer.Miss;
    }

    internal static Forecast Miss(string why) => new(ForecastAnswer.Miss, CacheStatus.Miss, [why]);

    internal static Forecast Bypass(CacheStatus status, string why) => new(ForecastAnswer.Bypass, status, [why]);
}
