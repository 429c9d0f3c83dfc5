using System.Collections.Frozen;

namespace DaxProxy.Frontends.Admin;

/// <summary>The page of the operator's port, and the files that it needs; all are in the program.</summary>
/// <remarks>
/// There is no secret in them, so they are served to everyone; what they show they ask for. The policy of their content lets nothing in
/// from elsewhere, no script or style inside the page, and no frame around it.
/// </remarks>
internal static class Dashboard
{
    private const string Policy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'";

    private static readonly FrozenDictionary<string, (string ContentType, Lazy<byte[]> Body)> Files =
        new Dictionary<string, (string, Lazy<byte[]>)>
        {
            ["/"] = ("text/html; charset=utf-8", new(() => Read("index.html"))),
            ["/favicon.svg"] = ("image/svg+xml", new(() => Read("favicon.svg"))),
            ["/dashboard.css"] = ("text/css; charset=utf-8", new(() => Read("dashboard.css"))),
            ["/dashboard.js"] = ("text/javascript; charset=utf-8", new(() => Read("dashboard.js"))),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether there is a file at this path.</summary>
    public static bool Has(string path) => Files.ContainsKey(path);

    /// <summary>Sends the file of a path that has one.</summary>
    public static Task SendAsync(HttpContext context, string path)
    {
        (string contentType, Lazy<byte[]> body) = Files[path];
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return AdminReply.SendAsync(context, 200, contentType, body.Value);
    }

    private static byte[] Read(string file)
    {
        using Stream resource = typeof(Dashboard).Assembly.GetManifestResourceStream("dashboard/" + file)!;
        byte[] body = new byte[resource.Length];
        resource.ReadExactly(body);
        return body;
    }
}
