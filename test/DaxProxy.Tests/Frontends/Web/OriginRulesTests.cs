using DaxProxy.Options;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends.Web;

public sealed class OriginRulesTests
{
    [TestCase("", "http://localhost:8000", ExpectedResult = false, Description = "of this process itself")]
    [TestCase("", "https://LOCALHOST:8000", ExpectedResult = false)]
    [TestCase("", "http://localhost:3000", ExpectedResult = true)]
    [TestCase("", "http://localhost", ExpectedResult = true)]
    [TestCase("", "ftp://localhost:8000", ExpectedResult = true)]
    [TestCase("", "localhost:8000", ExpectedResult = true)]
    [TestCase("", "null", ExpectedResult = true)]
    [TestCase("", "", ExpectedResult = true)]
    [TestCase("http://localhost:3000, https://app.example", "https://app.example", ExpectedResult = false)]
    [TestCase("http://localhost:3000, https://app.example", "http://app.example", ExpectedResult = true)]
    [TestCase("http://localhost:3000", "http://localhost:30001", ExpectedResult = true)]
    [TestCase("http://localhost:3000", "http://localhost:3000.evil.example", ExpectedResult = true)]
    [TestCase("*", "https://evil.example", ExpectedResult = false)]
    [TestCase("*", "null", ExpectedResult = false)]
    public bool Origin_OfAPage_IsForeignUnlessListed(string listed, string origin) =>
        OriginRules.Of(listed).IsForeign(Request("POST", origin));

    [Test]
    public void Origin_Twice_IsForeign() => Assert.That(
        OriginRules.Of("http://a.example").IsForeign(Request("POST", "http://a.example", "http://a.example")), Is.True);

    [Test]
    public void Origin_WhereNoHostIsNamed_IsForeign()
    {
        HttpRequest request = Request("POST", "http://");
        request.Headers.Host = default;
        Assert.That(OriginRules.Own.IsForeign(request), Is.True);
    }

    [TestCase("POST", null, null, null, ExpectedResult = false)]
    [TestCase("POST", "same-origin", "cors", "empty", ExpectedResult = false)]
    [TestCase("GET", "none", "navigate", "document", ExpectedResult = false)]
    [TestCase("GET", "cross-site", "navigate", "document", ExpectedResult = false, Description = "a link")]
    [TestCase("GET", "cross-site", "navigate", "iframe", ExpectedResult = true)]
    [TestCase("GET", "cross-site", "no-cors", "image", ExpectedResult = true)]
    [TestCase("GET", "same-site", "no-cors", "script", ExpectedResult = true)]
    [TestCase("POST", "cross-site", "navigate", "document", ExpectedResult = true)]
    [TestCase("POST", "same-site", "no-cors", "empty", ExpectedResult = true)]
    [TestCase("POST", "sideways", null, null, ExpectedResult = true)]
    public bool Site_OfARequestWithoutOrigin_IsToldByTheBrowser(string method, string? site, string? mode, string? destination)
    {
        HttpRequest request = Request(method);
        foreach ((string name, string? value) in new[] { ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode),
            ("Sec-Fetch-Dest", destination) })
        {
            request.Headers[name] = value is null ? default : new(value);
        }

        return OriginRules.Of("http://listed.example").IsForeign(request);
    }

    [TestCase("", "http://a.example", null, null)]
    [TestCase("http://a.example", "http://a.example", "http://a.example", "Origin")]
    [TestCase("http://a.example", "http://localhost:8000", null, "Origin")]
    [TestCase("*", "http://a.example", "*", null)]
    public void Headers_OfAnAnswer_LetListedPagesInOnly(string listed, string origin, string? allowed, string? vary)
    {
        HttpContext context = Request("POST", origin).HttpContext;
        context.Response.Headers.AccessControlAllowOrigin = "http://what-a-backend-said.example";
        OriginRules.Of(listed).SetHeaders(context);
        IHeaderDictionary headers = context.Response.Headers;
        Assert.That((string?)headers.AccessControlAllowOrigin, Is.EqualTo(allowed));
        Assert.That(headers.AccessControlExposeHeaders.Count, Is.EqualTo(allowed is null ? 0 : 1));
        Assert.That((string?)headers.Vary, Is.EqualTo(vary ?? (listed.Length == 0 ? "Origin" : null)));
    }

    [Test]
    public void Headers_WithoutOrigin_AreNone()
    {
        HttpContext context = Request("POST").HttpContext;
        OriginRules.Everyone.SetHeaders(context);
        Assert.That(context.Response.Headers, Is.Empty);
    }

    private static HttpRequest Request(string method, params string[] origins)
    {
        HttpRequest request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Headers.Host = "localhost:8000";
        if (origins.Length > 0)
        {
            request.Headers.Origin = origins;
        }

        return request;
    }
}
