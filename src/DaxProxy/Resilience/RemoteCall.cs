using DaxProxy.Core.Operations;
using Polly;

namespace DaxProxy.Resilience;

/// <summary>One request on its way through a pipeline, over all its attempts.</summary>
/// <remarks>
/// Belongs to one request. The two attempts of a hedged read may be under way at once; what they both write is for writes only, or a single
/// reference that either may set last.
/// </remarks>
internal sealed class RemoteCall(
    Purpose purpose,
    Operation operation,
    TableBulkhead bulkhead,
    bool isRepeatable,
    TimeSpan lastStart,
    long startedAt,
    CancellationToken caller)
{
    private int isBegun;

    /// <summary>Where strategies find it.</summary>
    public static readonly ResiliencePropertyKey<RemoteCall> Key = new("DaxProxy.RemoteCall");

    /// <summary>What it is for.</summary>
    public Purpose Purpose { get; } = purpose;

    /// <summary>What is sent.</summary>
    public Operation Operation { get; } = operation;

    /// <summary>Its table's share of the backend.</summary>
    public TableBulkhead Bulkhead { get; } = bulkhead;

    /// <summary>Whether it may be sent again when its effect is unknown.</summary>
    public bool IsRepeatable { get; } = isRepeatable;

    /// <summary>How long after the start the last attempt may begin.</summary>
    public TimeSpan LastStart { get; } = lastStart;

    /// <summary>When it came.</summary>
    public long StartedAt { get; } = startedAt;

    /// <summary>Says that the caller is gone.</summary>
    public CancellationToken Caller { get; } = caller;

    /// <summary>The wait before the latest attempt; zero before the first.</summary>
    public TimeSpan Wait { get; set; }

    /// <summary>The latest answer; null as long as there was none.</summary>
    public Reply? Latest { get; private set; }

    /// <summary>The answer of the first attempt of unknown effect; null when there is none.</summary>
    public Reply? Doubt { get; private set; }

    /// <summary>What the second of two attempts at once was answered; null when there was none.</summary>
    public Reply? Hedge { get; set; }

    /// <summary>Whether the attempt under way, or the first of two, has been answered.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whether nothing of it had been sent before; true once.</summary>
    public bool TryBeginFirst() => Interlocked.Exchange(ref isBegun, 1) == 0;

    /// <summary>An attempt begins.</summary>
    public void Begin() => IsAnswered = false;

    /// <summary>An attempt was answered.</summary>
    public void Note(Reply reply)
    {
        IsAnswered = true;
        Latest = reply;
        if (Failures.Of(reply) == Failure.Unknown)
        {
            Doubt ??= reply;
        }
    }

    /// <summary>
    /// What the caller is told. A later attempt cannot speak for one of unknown effect. If the later one is refused, for now or for good,
    /// that must not be taken for "nothing happened". Its result must not be taken for what the item is now, or was before.
    /// </summary>
    public Reply Conclude(Reply reply) =>
        Doubt is null || Purpose == Purpose.Read || Failures.Of(reply) == Failure.Unknown ? reply
        : reply is ErrorReply ? Doubt
        : reply.WithEffect(KnownEffect.Unknown);
}
