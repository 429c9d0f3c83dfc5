using System.Diagnostics;
using DaxProxy.Core;
using DaxProxy.Options;

namespace DaxProxy.Telemetry;

/// <summary>Chooses the requests that are traced and those that the access log gets. Thread-safe.</summary>
/// <remarks>
/// Not there at all when both are off. A client that traces decides for its own requests: what it records is traced here too, what it does
/// not record is not. Where signatures are verified, that is only for clients whose signature is right: of others as many are traced as
/// the configuration says, so that a stranger cannot have what it sends recorded, and push out what others send.
/// </remarks>
internal sealed class RequestObserver
{
    private readonly LineFile<AccessRecord>? log;
    private readonly Sampler? logged;
    private readonly Sampler? traced;
    private readonly bool hasStrangers;
    private readonly TimeProvider time;

    private RequestObserver(TelemetryOptions options, LineFile<AccessRecord>? log, bool hasStrangers, TimeProvider time)
    {
        this.hasStrangers = hasStrangers;
        this.log = log;
        this.time = time;
        logged = log is null ? null : new Sampler(options.AccessLogSample, RandomSeed.Next());
        traced = options.Otlp.Length == 0 ? null : new Sampler(options.TraceSample, RandomSeed.Next());
    }

    /// <summary>Makes what the options ask for; null when that is nothing.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="log">The access log; null for none.</param>
    /// <param name="hasStrangers">Whether signatures are verified, so that there are clients that are not known.</param>
    /// <param name="time">The clock.</param>
    public static RequestObserver? Of(TelemetryOptions options, LineFile<AccessRecord>? log, bool hasStrangers, TimeProvider time) =>
        log is null && options.Otlp.Length == 0 ? null : new RequestObserver(options, log, hasStrangers, time);

    /// <summary>Whether a request is observed, and as what. Costs nothing that has to be given back.</summary>
    /// <param name="traceParent">What the client sent as <c>traceparent</c>; null for nothing.</param>
    /// <param name="choice">What was chosen.</param>
    public bool Chooses(string? traceParent, out ObservedChoice choice)
    {
        ActivityContext parent = default;
        bool isAskedFor = traced is not null && traceParent is not null
            && ActivityContext.TryParse(traceParent, null, isRemote: true, out parent);
        bool isTraced = isAskedFor ? (parent.TraceFlags & ActivityTraceFlags.Recorded) != 0 : traced?.Picks() == true;
        choice = new ObservedChoice(
            isTraced ? parent : null,
            logged?.Picks() == true,
            IfKnown: isTraced && isAskedFor && hasStrangers && !traced!.Picks());
        return choice.IsLogged || isTraced;
    }

    /// <summary>Begins to observe a request. To be called within the asynchronous method that answers it.</summary>
    /// <param name="wire">What it came by.</param>
    /// <param name="choice">What was chosen for it.</param>
    public ObservedRequest Begin(Frontend wire, ObservedChoice choice) =>
        new(wire, choice.Parent, choice.IfKnown, choice.IsLogged ? log : null, time);
}
