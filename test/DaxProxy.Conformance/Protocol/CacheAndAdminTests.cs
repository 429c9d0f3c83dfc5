using System.Net;
using System.Text;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

internal sealed class CacheAndAdminTests : HostFixture
{
    [Test]
    public async Task GetItem_Twice_HitsUntilEvicted()
    {
        const string Body = """{"TableName":"T","Key":{"pk":{"S":"twice"}}}""";
        (HttpResponseMessage first, string firstBody) = await SendAsync(Request("GetItem", Body));
        (HttpResponseMessage second, string secondBody) = await SendAsync(Request("GetItem", Body));
        Assert.That(first.Headers.GetValues("Cache-Status").Single(), Is.EqualTo("DaxProxy; fwd=miss; stored"));
        Assert.That(second.Headers.GetValues("Cache-Status").Single(), Does.StartWith("DaxProxy; hit"));
        Assert.That(secondBody, Is.EqualTo(firstBody));
        string statistics = await Client.GetStringAsync(new Uri(Admin, "api/stats"));
        Assert.That(statistics, Does.Contain("\"T\":{\"hits\":").And.Contain("\"GetItem\":{\"count\":"));

        using StringContent what = new("""{"table":"T","key":{"pk":{"S":"twice"}}}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage evicted = await Client.PostAsync(new Uri(Admin, "api/evict"), what);
        Assert.That(evicted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await evicted.Content.ReadAsStringAsync());
        (HttpResponseMessage third, _) = await SendAsync(Request("GetItem", Body));
        Assert.That(third.Headers.GetValues("Cache-Status").Single(), Does.Contain("miss"));
    }

    [TestCase("application/json", """{"all":true}""", 200)]
    [TestCase("application/json; charset=utf-8", """{"all":true}""", 200)]
    [TestCase("text/plain", """{"all":true}""", 400)]
    [TestCase("application/json", """{"all":false}""", 400)]
    [TestCase("application/json", """{"table":"Unheard"}""", 400)]
    [TestCase("application/json", """{"table":1}""", 400)]
    [TestCase("application/json", """{"table":1,"key":{}}""", 400)]
    [TestCase("application/json", """{"key":1,"table":"T"}""", 400)]
    [TestCase("application/json", """{"key":{"pk":{"Z":1}},"table":"T"}""", 400)]
    [TestCase("application/json", "[]", 400)]
    [TestCase("application/json", "", 400)]
    public async Task Evict_Body_IsChecked(string contentType, string body, int expected)
    {
        using ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using HttpResponseMessage response = await Client.PostAsync(new Uri(Admin, "api/evict"), content);
        Assert.That((int)response.StatusCode, Is.EqualTo(expected), await response.Content.ReadAsStringAsync());
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
    }

    [TestCase("health/live", "live\n")]
    [TestCase("health/ready", "ready\n")]
    [TestCase("health/backend", "the backend answers\n")]
    public async Task Health_Serving_Is200(string path, string expected) =>
        Assert.That(await Client.GetStringAsync(new Uri(Admin, path)), Is.EqualTo(expected));

    [Test]
    public async Task Metrics_AfterARequest_CountIt()
    {
        await SendAsync(Request("ListTables", "{}"));
        string text = await Client.GetStringAsync(new Uri(Admin, "metrics"));
        Assert.That(text, Does.Match("daxproxy_requests_total\\{operation=\"ListTables\",wire=\"json\",outcome=\"success\"\\} [1-9]"));
        Assert.That(
            text,
            Does.Match("daxproxy_request_duration_seconds_count\\{operation=\"ListTables\",outcome=\"success\",wire=\"json\"\\} [1-9]"));
    }

    [Test]
    public async Task DataApi_OnTheAdminPort_IsNotThere()
    {
        HttpRequestMessage request = Request("ListTables", "{}");
        request.RequestUri = Admin;
        using HttpResponseMessage response = await Client.SendAsync(request);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(response.Headers.Contains("x-amzn-RequestId"), Is.False);
    }
}
