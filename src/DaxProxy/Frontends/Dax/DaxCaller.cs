using System.Net;
using DaxProxy.Auth;
using DaxProxy.Core.Errors;
using DaxProxy.Memory;
using DaxProxy.Policies;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Dax;

/// <summary>The client at the other end of a connection: where it came in, and what it has proved. For one request at a time.</summary>
/// <param name="local">The address and the port it came in by.</param>
/// <param name="remote">Its own address; null where that is not known.</param>
/// <param name="isSecure">Whether it came by TLS.</param>
internal sealed class DaxCaller(IPEndPoint local, IPAddress? remote, bool isSecure)
{
    private DynamoError? fault = SignatureFaults.MissingAuthenticationToken;
    private DateTimeOffset until = DateTimeOffset.MaxValue;

    /// <summary>The address and the port it came in by.</summary>
    public IPEndPoint Local => local;

    /// <summary>Who it is; null until that has been proved, and where callers are not checked.</summary>
    public Identity? Identity { get; private set; }

    /// <summary>Id of the access key that it has named last, proved or not; null until it has named one.</summary>
    public string? AccessKeyId { get; private set; }

    /// <summary>Where its requests come from.</summary>
    public RequestOrigin Origin { get; private set; } = new(Frontend.Dax, remote, isSecure, null);

    /// <summary>What its answer holds of the memory until it has been sent; null for nothing. The connection gives it back.</summary>
    public InFlightShare? Answer { get; set; }

    /// <summary>
    /// The answer to its request where that is large; null where it was small and has been written. The connection sends it.
    /// </summary>
    public LargeDaxAnswer? Large { get; set; }

    /// <summary>Whether an answer to it is lost on purpose, and its connection ends instead.</summary>
    public bool HasLostAnswer { get; set; }

    /// <summary>Whether it is another node, as it says: one that asks for what this node knows by itself.</summary>
    public bool IsNode { get; set; }

    /// <summary>It has said who it is. There is no answer to that: a fault is what its next requests are refused with.</summary>
    /// <param name="found">What was wrong; null when nothing was.</param>
    /// <param name="identity">Who it is; null after an error.</param>
    /// <param name="accessKeyId">Id of the access key that it named; null where it could not be read.</param>
    /// <param name="userAgent">What it calls itself; null where it does not say.</param>
    /// <param name="goodUntil">When it has to be said again.</param>
    public void Authorize(DynamoError? found, Identity? identity, string? accessKeyId, string? userAgent, DateTimeOffset goodUntil)
    {
        fault = found;
        Identity = identity;
        AccessKeyId = accessKeyId;
        Origin = Origin with { UserAgent = userAgent };
        until = goodUntil;
    }

    /// <summary>
    /// What a request of it is refused with now; null for nothing. One whose time is over is asked to say again who it is.
    /// </summary>
    public DynamoError? FaultAt(DateTimeOffset now) => now < until ? fault : SignatureFaults.MissingAuthenticationToken;
}
