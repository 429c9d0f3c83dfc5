using System.Diagnostics;
using DaxProxy.Core;
using DaxProxy.Options;

namespace DaxProxy.Telemetry;

/// <summary>Chooses the requests that are traced and those that the access log gets. Thread-safe.</summary>
/// <remarks>
/// Not there at all when both are off. A client that traces decides for its own requests: what it records is traced here too, what it does
/// not record is not.
/// </remarks>
internal sealed class RequestObserver
{
    private readonly LineFile<AccessRecord>? log;
    private readonly Sampler? logged;
    private readonly Sampler? traced;
    private readonly TimeProvider time;

    private RequestObserver(TelemetryOptions options, LineFile<AccessRecord>? log, TimeProvider time)
    {
        this.log = log;
        this.time = time;
        logged = log is null ? null : new Sampler(options.AccessLogSample, RandomSeed.Next());
        traced = options.Otlp.Length == 0 ? null : new Sampler(options.TraceSample, RandomSeed.Next());
    }

    /// <summary>Makes what the options ask for; null when that is nothing.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="log">The access log; null for none.</param>
    /// <param name="time">The clock.</param>
    public static RequestObserver? Of(TelemetryOptions options, LineFile<AccessRecord>? log, TimeProvider time) =>
        log is null && options.Otlp.Length == 0 ? null : new RequestObserver(options, log, time);

    /// <summary>Whether a request is observed, and as what. Costs nothing that has to be given back.</summary>
    /// <param name="traceParent">What the client sent as <c>traceparent</c>; null for nothing.</param>
    /// <param name="choice">What was chosen.</param>
    public bool Chooses(string? traceParent, out ObservedChoice choice)
    {
        ActivityContext parent = default;
        bool isTraced = traced is not null
            && (traceParent is not null && ActivityContext.TryParse(traceParent, null, isRemote: true, out parent)
                ? (parent.TraceFlags & ActivityTraceFlags.Recorded) != 0
                : traced.Picks());
        choice = new ObservedChoice(isTraced ? parent : null, logged?.Picks() == true);
        return choice.IsLogged || isTraced;
    }

    /// <summary>Begins to observe a request. To be called within the asynchronous method that answers it.</summary>
    /// <param name="wire">What it came by.</param>
    /// <param name="choice">What was chosen for it.</param>
    public ObservedRequest Begin(Frontend wire, ObservedChoice choice) => new(wire, choice.Parent, choice.IsLogged ? log : null, time);
}
