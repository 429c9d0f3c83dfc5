using System.Net.Http.Headers;
using System.Text;
using Amazon.Runtime;
using DaxProxy.Backends;
using DaxProxy.Conformance.Protocol;
using DaxProxy.Conformance.Remote;
using DaxProxy.Conformance.Security;
using DaxProxy.Hosting;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Observing;

/// <summary>
/// A backend that repeats the token of the proxy's session where names and ids should be: in what an operator reads there is none of it.
/// </summary>
[NonParallelizable]
public sealed class PlantedTextTests
{
    private const string Token = "IQoJb3JpZ2luX2VjEPr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDdtokenoftheproxy+Jk0m9Zc8wq3vFh2+n7tYb6sLx1eQ==";

    [Test]
    public async Task Token_InTheNameOfAnErrorOrInAnId_ReachesNoLogNoTraceNoStatisticsAndNoProbe([Values(400, 500)] int status)
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        await using AnsweringServer backend = await AnsweringServer.StartAsync();
        string answer = $"{{\"__type\":\"com.amazonaws.dynamodb.v20120810#{Token}\",\"message\":\"no\"}}";
        backend.Dress = response => response.Headers["x-amzn-RequestId"] = Token;
        foreach (string operation in new[] { "GetItem", "PutItem", "Query", "ListTables", "ListBackups", "DescribeStream" })
        {
            backend.Answers[operation] = (status, answer);
        }

        backend.Answers["DescribeTable"] = (200, """
            {"Table":{"TableName":"Tab","TableId":"1","TableStatus":"ACTIVE","KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"LatestStreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/Tab/stream/2026-01-01T00:00:00.000",
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}}
            """);
        string accessLog = Path.GetTempFileName();
        ProxyOptions options = new()
        {
            Listen = new ListenOptions { Port = 0, AdminPort = 0 },
            Dax = new DaxOptions { Enabled = false },
            Backend = new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = backend.EndPoint.AbsoluteUri },
            Resilience = new ResilienceOptions { RetryRatio = 0 },
            Tables = new Dictionary<string, TableOptions> { ["Tab"] = new() { FollowStream = true } },
            Telemetry = new TelemetryOptions { Otlp = collector.EndPoint, TraceSample = 1, AccessLog = accessLog, AccessLogSample = 1 },
        };
        ListLogger log = new();
        RecordingLoggers loggers = new();
        StringBuilder shown = new();
        using (BackendStack stack = BackendStack.Create(options, TimeProvider.System, log, new SessionAWSCredentials("AKIDEXAMPLE", "secret", Token)))
        {
            await using DaxProxyHost host = await DaxProxyHost.StartAsync(options, stack, loggers, TimeProvider.System);
            using HttpClient client = new();
            foreach ((string operation, string body) in new[]
            {
                ("GetItem", """{"TableName":"Tab","Key":{"k":{"S":"a"}}}"""),
                ("PutItem", """{"TableName":"Tab","Item":{"k":{"S":"a"}}}"""),
                ("Query", """{"TableName":"Tab","KeyConditionExpression":"k = :k","ExpressionAttributeValues":{":k":{"S":"a"}}}"""),
                ("ListTables", "{}"),
                ("ListBackups", "{}"),
            })
            {
                using HttpRequestMessage request = new(HttpMethod.Post, $"http://{host.DataEndPoint}/") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
                request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810." + operation);
                request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
                request.Headers.TryAddWithoutValidation("Authorization", HostFixture.Signature);
                using HttpResponseMessage response = await client.SendAsync(request);
                Assert.That((int)response.StatusCode, Is.EqualTo(status), operation);
            }

            foreach (string path in new[] { "/health/ready", "/health/backend", "/metrics", "/api/stats", "/api/history" })
            {
                using HttpResponseMessage response = await client.GetAsync(new Uri($"http://{host.AdminEndPoint}{path}"));
                shown.AppendLine(path).AppendLine(await response.Content.ReadAsStringAsync());
            }

            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
            string stats;
            do
            {
                stats = await client.GetStringAsync(new Uri($"http://{host.AdminEndPoint}/api/stats"), patience.Token);
            }
            while (!stats.Contains("\"streams\":{\"Tab\"", StringComparison.Ordinal) || !stats.Contains("\"fault\":\"", StringComparison.Ordinal));
            shown.AppendLine(stats);
        }

        string[] lines = await File.ReadAllLinesAsync(accessLog);
        File.Delete(accessLog);
        Assert.That(lines, Has.Length.EqualTo(5));
        Assert.That(string.Join('\n', lines), Does.Not.Contain(Token[..12]));
        Assert.That(log.Lines, Has.None.Contains(Token[..12]));
        Assert.That(loggers.Lines, Has.None.Contains(Token[..12]));
        Assert.That(shown.ToString(), Does.Not.Contain(Token[..12]).And.Contain("\"fault\":\"?\""));
        Assert.That(collector.Spans, Has.Count.GreaterThan(8));
        Assert.That(collector.Traces, Does.Not.Contain(Token[..12]));
    }
}
