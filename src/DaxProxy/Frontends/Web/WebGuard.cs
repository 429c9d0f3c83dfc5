using DaxProxy.Core.Errors;
using DaxProxy.Options;
using DaxProxy.Telemetry;

namespace DaxProxy.Frontends.Web;

/// <summary>
/// Keeps web pages out of ports without verified signatures. A browser reaches this machine for any page that it shows: the page is told by
/// the <c>Host</c> and the <c>Origin</c> of what it makes the browser send.
/// </summary>
/// <remarks>Thread-safe. Asked before anything else happens to a request; one that is served costs no allocation.</remarks>
internal sealed class WebGuard
{
    /// <summary>Refusals are logged no more often than this; a page can make a browser send thousands.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private const int MaxShown = 200;

    private readonly HostRules? hosts;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly Lock logging = new();
    private long? loggedAt;

    private WebGuard(HostRules? hosts, OriginRules origins, ILogger logger, TimeProvider time)
    {
        this.hosts = hosts;
        this.logger = logger;
        this.time = time;
        Origins = origins;
    }

    /// <summary>Which pages may ask.</summary>
    public OriginRules Origins { get; }

    /// <summary>The guard of the DynamoDB API. Where signatures are verified, it lets everything pass, as DynamoDB does.</summary>
    public static WebGuard OfData(ProxyOptions options, ILogger logger, TimeProvider time) => options.Auth.Mode == AuthMode.Verify
        ? new WebGuard(null, OriginRules.Everyone, logger, time)
        : new WebGuard(new HostRules(options.Listen.AllowedHosts, time), OriginRules.Of(options.Listen.AllowedOrigins), logger, time);

    /// <summary>The guard of the admin port, which is for no page of another origin.</summary>
    public static WebGuard OfAdmin(ProxyOptions options, ILogger logger, TimeProvider time) =>
        new(new HostRules(options.Listen.AllowedHosts, time), OriginRules.Own, logger, time);

    /// <summary>Why a request is not served; null when it is.</summary>
    public DynamoError? Check(HttpContext context)
    {
        if (hosts is null)
        {
            return null;
        }

        string host = context.Request.Headers.Host.ToString();
        return !hosts.IsRemembered(host) && !hosts.IsServed(host, context.Connection.LocalIpAddress) ? RefuseHost(host)
            : Origins.IsForeign(context.Request) ? RefuseOrigin(context.Request.Headers.Origin.ToString())
            : null;
    }

    private DynamoError RefuseHost(string host)
    {
        string shown = Shown(host);
        if (IsTimeToLog())
        {
            Log.HostRefused(logger, shown);
        }

        return WebFaults.UnknownHost(shown);
    }

    private DynamoError RefuseOrigin(string origin)
    {
        string shown = origin.Length == 0 ? "unknown" : Shown(origin);
        if (IsTimeToLog())
        {
            Log.OriginRefused(logger, shown);
        }

        return WebFaults.ForeignOrigin(shown);
    }

    private bool IsTimeToLog()
    {
        lock (logging)
        {
            if (loggedAt is { } last && time.GetElapsedTime(last) < LogInterval)
            {
                return false;
            }

            loggedAt = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>What a client sent, as far as it can be shown on one line of a log.</summary>
    private static string Shown(string text) => string.Create(Math.Min(text.Length, MaxShown), text, static (shown, given) =>
    {
        for (int index = 0; index < shown.Length; index++)
        {
            shown[index] = given[index] is > ' ' and <= '~' ? given[index] : '?';
        }
    });
}
