using System.Net;
using NUnit.Framework;

namespace DaxProxy.Conformance.Remote;

/// <summary>
/// What <c>/health/ready</c> and <c>/health/backend</c> say of a backend that goes away, and of one that was never there.
/// </summary>
[Parallelizable]
public sealed class ReadinessTests
{
    [Test]
    public async Task Ready_IsNoBeforeTheBackendHasAnswered_AndStaysYesWithoutIt()
    {
        using ServerProcess engine = await ServerProcess.StartAsync(["--in-memory"], []);
        using ServerProcess proxy = await StartAsync(engine);
        Assert.That(await AskAsync(proxy, "health/ready"), Is.EqualTo((HttpStatusCode.OK, "ready\n")));
        Assert.That(await AskAsync(proxy, "health/backend"), Is.EqualTo((HttpStatusCode.OK, "the backend answers\n")));

        await engine.KillAsync();

        // All who ask within a second share one answer, so the last one may still be given.
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        (HttpStatusCode Status, string Text) answer;
        do
        {
            answer = await AskAsync(proxy, "health/backend");
        }
        while (answer.Status == HttpStatusCode.OK && !patience.IsCancellationRequested);

        Assert.That(answer, Is.EqualTo((HttpStatusCode.ServiceUnavailable, "the backend does not answer\n")));
        Assert.That(await AskAsync(proxy, "health/ready"), Is.EqualTo((HttpStatusCode.OK, "ready\n")));

        using ServerProcess lost = await StartAsync(engine);
        Assert.That(
            await AskAsync(lost, "health/ready"),
            Is.EqualTo((HttpStatusCode.ServiceUnavailable, "not ready: the backend has not answered since the start\n")));
        Assert.That(await AskAsync(lost, "health/live"), Is.EqualTo((HttpStatusCode.OK, "live\n")));
    }

    private static Task<ServerProcess> StartAsync(ServerProcess engine) => ServerProcess.StartAsync(
        ["--backend", "dynamodb", "--region", "us-east-1", "--endpoint", engine.EndPoint.AbsoluteUri],
        new() { ["AWS_ACCESS_KEY_ID"] = "proxy", ["AWS_SECRET_ACCESS_KEY"] = "secret" });

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(ServerProcess proxy, string path)
    {
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.GetAsync(new Uri(proxy.AdminEndPoint, path));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
