using System.Text;
using Microsoft.Extensions.Primitives;

namespace DaxProxy.Options;

/// <summary>Which web pages may ask, told by their origin: the cross-origin rules of browsers (CORS).</summary>
/// <remarks>
/// Immutable, thread-safe. Browsers keep answers from pages of other origins unless a header of the answer lets them in; but some requests
/// they send all the same, so these are refused here. Source of the headers: recorded answers of the service, which lets every page in
/// because it checks signatures.
/// </remarks>
internal sealed class OriginRules
{
    private const string AnyOrigin = "*";
    private const string SiteHeader = "Sec-Fetch-Site";

    private static readonly StringValues Any = AnyOrigin;
    private static readonly StringValues Exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
    private static readonly StringValues VaryByOrigin = "Origin";

    private readonly string[] listed;
    private readonly bool isOpen;

    private OriginRules(string[] listed)
    {
        this.listed = listed;
        isOpen = listed.Contains(AnyOrigin);
    }

    /// <summary>Every page may, as at DynamoDB.</summary>
    public static OriginRules Everyone { get; } = new([AnyOrigin]);

    /// <summary>Only pages of this process itself may.</summary>
    public static OriginRules Own { get; } = new([]);

    /// <summary>Pages of these origins may.</summary>
    /// <param name="listed">Origins with commas between them, or <c>*</c> for every one. Checked.</param>
    public static OriginRules Of(string listed) => new(Split(listed));

    /// <summary>The first entry of a list that is no origin as browsers write one; null when all are.</summary>
    public static string? FindFault(string listed) => Split(listed).FirstOrDefault(entry => entry != AnyOrigin && !IsOrigin(entry));

    /// <summary>Whether a page asks that may not.</summary>
    public bool IsForeign(HttpRequest request)
    {
        if (isOpen)
        {
            return false;
        }

        IHeaderDictionary headers = request.Headers;
        StringValues origin = headers.Origin;
        return origin.Count > 0
            ? !IsOfThisProcess(origin.ToString(), headers.Host.ToString()) && !IsListed(origin)
            : headers.TryGetValue(SiteHeader, out StringValues site) && IsSentByForeignPage(request, site.ToString());
    }

    /// <summary>Whether the page that asks may read the answer although it is of another origin.</summary>
    public bool LetsRead(HttpRequest request) => request.Headers.Origin is { Count: > 0 } origin && (isOpen || IsListed(origin));

    /// <summary>
    /// Sets the headers of an answer that let the page that asked read it, and takes away any that are there and say something else. Every
    /// answer needs them, also one that comes from a backend: call this when its other headers are set and nothing has been sent.
    /// </summary>
    public void SetHeaders(HttpContext context)
    {
        StringValues origin = context.Request.Headers.Origin;
        if (origin.Count == 0)
        {
            return;
        }

        IHeaderDictionary headers = context.Response.Headers;
        bool letsRead = LetsRead(context.Request);
        headers.AccessControlAllowOrigin = !letsRead ? default : isOpen ? Any : origin;
        headers.AccessControlExposeHeaders = letsRead ? Exposed : default;
        if (!isOpen)
        {
            headers.Vary = VaryByOrigin;
        }
    }

    /// <summary>
    /// Of a request without an origin a browser says otherwise whether a page sent it. A link to here is not refused: what a GET shows, the
    /// page that linked to it cannot read.
    /// </summary>
    private static bool IsSentByForeignPage(HttpRequest request, string site) => site is not ("same-origin" or "none")
        && !(HttpMethods.IsGet(request.Method)
            && request.Headers["Sec-Fetch-Mode"] == "navigate"
            && request.Headers["Sec-Fetch-Dest"] == "document");

    /// <summary>The page was loaded from where it asks. Which host that is has been checked.</summary>
    private static bool IsOfThisProcess(ReadOnlySpan<char> origin, ReadOnlySpan<char> host)
    {
        int authority = origin.IndexOf("://") + 3;
        return !host.IsEmpty && authority > 2
            && origin[..authority] is "http://" or "https://"
            && origin[authority..].Equals(host, StringComparison.OrdinalIgnoreCase);
    }

    private bool IsListed(StringValues origin)
    {
        string given = origin.ToString();
        foreach (string known in listed)
        {
            if (string.Equals(known, given, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOrigin(string entry) =>
        Ascii.IsValid(entry) && Uri.TryCreate(entry, UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0
            && uri.UserInfo.Length == 0 && entry.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    private static string[] Split(string listed) =>
        listed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
