using System.Net;
using NUnit.Framework;

namespace DaxProxy.Conformance.Protocol;

internal sealed class DrainTests : HostFixture
{
    [TestCase("1.1")]
    [TestCase("2.0")]
    [NonParallelizable]
    public async Task Stop_RequestInFlight_IsAnswered(string version)
    {
        await StopAsync();
        await StartAsync();
        HttpRequestMessage request = Request("GetItem", """{"TableName":"Slow","Key":{"pk":{"S":"a"}}}""");
        request.Version = Version.Parse(version);
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Task<(HttpResponseMessage Response, string Body)> pending = SendAsync(request);
        await Backend.Waiting.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Task stopping = Host.StopAsync();
        using HttpResponseMessage ready = await Client.GetAsync(new Uri(Admin, "health/ready"));
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(stopping.IsCompleted, Is.False);
        Backend.Gate.SetResult();
        Assert.That((await pending).Response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await stopping.WaitAsync(TimeSpan.FromSeconds(5));
    }
}
