using System.Diagnostics;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;

namespace DaxProxy.Telemetry;

/// <summary>One request that is traced, written into the access log, or both: what is found out about it on its way.</summary>
/// <remarks>
/// Follows the request through whatever answers it (<see cref="Current"/>), so that most requests, which are not observed, carry nothing.
/// For one request; what is noted last counts. Nothing in it is a key or a value of an item, nor a text of a backend.
/// </remarks>
internal sealed class ObservedRequest
{
    private static readonly AsyncLocal<ObservedRequest?> Ambient = new();

    private readonly Frontend wire;
    private readonly LineFile<AccessRecord>? log;
    private readonly TimeProvider time;
    private readonly long startedAt;
    private readonly Activity? span;
    private string? operation;
    private IReadOnlyList<string> tables = [];
    private RequestOutcome outcome = RequestOutcome.Failure;
    private string? error;
    private double? units;
    private bool isNoted;
    private bool isOfStranger;

    /// <summary>It has come. To be made within the asynchronous method that answers it, which confines it.</summary>
    /// <param name="wire">What it came by.</param>
    /// <param name="parent">The span of the client's; null not to trace the request.</param>
    /// <param name="ifKnown">Whether it is traced only if its client turns out to be known (<see cref="NoteKnown"/>).</param>
    /// <param name="log">Where to write it down; null for nowhere.</param>
    /// <param name="time">The clock.</param>
    public ObservedRequest(Frontend wire, ActivityContext? parent, bool ifKnown, LineFile<AccessRecord>? log, TimeProvider time)
    {
        isOfStranger = ifKnown;
        this.wire = wire;
        this.log = log;
        this.time = time;
        startedAt = time.GetTimestamp();
        span = parent is { } context ? Spans.StartRequest(context) : null;
        Ambient.Value = this;
    }

    /// <summary>The request that is being answered; null when it is not observed.</summary>
    public static ObservedRequest? Current => Ambient.Value;

    /// <summary>
    /// Name of the error that a reply is, if it can be a name (<see cref="FaultText"/>); the status of one that is passed on, whose name is
    /// not known; a name of ours for one that is lost on purpose; null for none.
    /// </summary>
    public static string? ErrorOf(Reply reply) => reply switch
    {
        ErrorReply refusal => FaultText.Code(refusal.Error.Name),
        ForwardedReply { StatusCode: >= StatusCodes.Status400BadRequest } forwarded => $"{forwarded.StatusCode}",
        LostReply => "SimulatedLoss",
        _ => null,
    };

    /// <summary>The id that its answer has, which may be a backend's; null as long as it has none.</summary>
    public string? Id
    {
        get;
        set => field = FaultText.CodeOrNone(value);
    }

    /// <summary>The signature of its client is right.</summary>
    public void NoteKnown() => isOfStranger = false;

    /// <summary>It was answered by a backend.</summary>
    public void Note(Operation asked, Reply reply)
    {
        operation = asked.Name;
        tables = asked.TableNames;
        outcome = RequestOutcomes.Of(reply);
        units = outcome is RequestOutcome.Hit or RequestOutcome.Stale ? 0 : Units.Of(reply);
        error = ErrorOf(reply);
        isNoted = true;
    }

    /// <summary>It was asked of a backend, which has thrown.</summary>
    public void NoteAsked(Operation asked)
    {
        operation = asked.Name;
        tables = asked.TableNames;
    }

    /// <summary>It was answered straight from the cache.</summary>
    public void NoteHit(string name, string table)
    {
        operation = name;
        tables = [table];
        outcome = RequestOutcome.Hit;
        units = 0;
        isNoted = true;
    }

    /// <summary>It is refused, or has failed.</summary>
    public void NoteError(DynamoError fault)
    {
        error = FaultText.Code(fault.Name);
        outcome = fault.StatusCode < StatusCodes.Status500InternalServerError ? RequestOutcome.Refusal : RequestOutcome.Failure;
        isNoted = true;
    }

    /// <summary>It has been answered, or given up.</summary>
    /// <param name="asked">What was asked, as far as that is known; null where it is not.</param>
    /// <param name="status">The HTTP status of its answer; null where there is none.</param>
    public void End(string? asked, int? status)
    {
        operation ??= asked;
        if (!isNoted && status is { } code)
        {
            outcome = RequestOutcomes.Of(code);
            error = code < StatusCodes.Status400BadRequest ? null : $"{code}";
        }

        if (span is not null)
        {
            Describe(span);
            if (isOfStranger)
            {
                Spans.Drop(span);
            }

            span.Dispose();
        }

        log?.Write(new AccessRecord(
            time.GetUtcNow(),
            Id,
            wire,
            operation,
            tables,
            outcome,
            error,
            time.GetElapsedTime(startedAt),
            units,
            isOfStranger ? null : span?.TraceId.ToHexString()));
        Ambient.Value = null;
    }

    private void Describe(Activity traced)
    {
        Spans.Describe(traced, operation, tables);
        traced.SetTag("network.protocol.name", wire == Frontend.Dax ? "dax" : "http");
        traced.SetTag("aws.request_id", Id);
        if (outcome is RequestOutcome.Hit or RequestOutcome.Stale or RequestOutcome.Miss or RequestOutcome.Bypass)
        {
            traced.SetTag("daxproxy.cache", RequestOutcomes.NameOf(outcome));
        }

        if (error is not null || outcome == RequestOutcome.Failure)
        {
            Spans.Fail(traced, error ?? "abandoned", outcome == RequestOutcome.Failure);
        }
    }
}
