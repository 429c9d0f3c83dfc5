using System.Net.Http.Headers;
using System.Text;
using DaxProxy.Conformance.Dax;
using DaxProxy.Conformance.Policies;
using DaxProxy.Conformance.Remote;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Observing;

/// <summary>What a collector gets to see of requests, over sockets. One proxy at a time: spans belong to the process.</summary>
[NonParallelizable]
public sealed class TraceTests
{
    private const string Key = "{'TableName':'Tab','Key':{'k':{'S':'secret-key'}}}";
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Span = "b7ad6b7169203331";

    [Test]
    public async Task Trace_OfAClientThatRecords_GoesOn_WithASpanOfTheRequestAndOneOfTheBackend()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        string backendSaw;
        await using (FaultRig rig = await StartAsync(collector, share: 0))
        {
            await rig.CreateTableAsync();
            await SendAsync(rig, $"00-{Trace}-{Span}-01", Key);
            backendSaw = rig.Link.Requests.Single(request => request.Operation == "GetItem").Header("traceparent");
            await SendAsync(rig, $"00-{Trace}-{Span}-01", Key);
            await SendAsync(rig, $"00-{Trace}-{Span}-01", Key.Replace("}}}", "}},'ReturnConsumedCapacity':'TOTAL','ConsistentRead':true}"));
            await SendAsync(rig, "00-11111111111111111111111111111111-2222222222222222-00", Key);
            await SendAsync(rig, null, Key);
            await SendAsync(rig, "nonsense", Key);
        }

        OtlpSpan[] requests = [.. collector.Spans.Where(span => span.Kind == OtlpSpan.Server)];
        OtlpSpan[] calls = [.. collector.Spans.Where(span => span.Kind == OtlpSpan.Client)];
        Assert.That(requests.Select(span => span["daxproxy.cache"]), Is.EqualTo(new[] { "miss", "hit", "bypass" }));
        Assert.That(requests.Select(span => (span.Trace, span.Parent, span.Name)), Is.All.EqualTo((Trace, Span, "GetItem Tab")));
        Assert.That(requests.Select(span => span["aws.request_id"]), Is.Unique.And.All.Length.EqualTo(52));
        foreach (OtlpSpan span in collector.Spans)
        {
            Assert.That(span["db.system.name"], Is.EqualTo("aws.dynamodb"));
            Assert.That(span.Attributes.Values, Has.None.Contains("secret"));
            Assert.That(span.Status, Is.Zero);
        }

        Assert.That((requests[0]["db.operation.name"], requests[0]["db.collection.name"], requests[0]["network.protocol.name"]), Is.EqualTo(("GetItem", "Tab", "http")));

        // The table is described before it is read, within the request that needs that.
        Assert.That(calls.Select(span => (span.Name, span.Parent)), Is.EqualTo(new[]
        {
            ("DescribeTable Tab", requests[0].Id), ("GetItem Tab", requests[0].Id), ("GetItem Tab", requests[2].Id),
        }));
        Assert.That(backendSaw, Is.EqualTo($"00-{Trace}-{calls[1].Id}-01"));
        Assert.That(calls[1]["server.address"], Is.EqualTo("127.0.0.1"));
        Assert.That(calls[2]["aws.dynamodb.consumed_capacity"], Is.EqualTo("""{"TableName":"Tab","CapacityUnits":1}"""));
        Assert.That(collector.Resource["service.name"], Is.EqualTo("daxproxy"));
        Assert.That(collector.Metrics, Does.Contain("daxproxy.requests").And.Contain("daxproxy.request.duration").And.Contain("daxproxy.cache.hits"));
    }

    [Test]
    public async Task Metrics_AreSentAsTheyWereCounted()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        await using (FaultRig rig = await StartAsync(collector, share: 0))
        {
            await rig.CreateTableAsync();
            for (int time = 0; time < 3; time++)
            {
                await SendAsync(rig, null, Key);
            }
        }

        Assert.That(collector.Points["daxproxy.requests operation=GetItem,outcome=success,wire=json"], Is.EqualTo(3));
        Assert.That(collector.Points["daxproxy.request.duration operation=GetItem,outcome=hit,wire=json"], Is.EqualTo(2));
        Assert.That(collector.Points["daxproxy.backend.up "], Is.EqualTo(1));
    }

    [Test]
    public async Task Trace_OfDaxRequests_HasTheSameSpans()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        string folder = Directory.CreateTempSubdirectory("daxproxy-trace-").FullName;
        await using (FaultRig rig = await StartAsync(
            collector,
            share: 1,
            options => options with { Dax = new DaxOptions { Port = 0 }, Backend = options.Backend with { DataFolder = folder } }))
        {
            await rig.CreateTableAsync();
            using DaxTalk talk = await DaxTalk.ConnectAsync(rig.Dax);
            foreach (string _ in new[] { "miss", "hit" })
            {
                await talk.CallAsync(DaxTalk.GetItem, cbor =>
                {
                    cbor.WriteByteString("Tab"u8);
                    cbor.WriteByteString("secret-key"u8);
                    cbor.WriteNull();
                });
            }
        }

        Directory.Delete(folder, recursive: true);
        OtlpSpan[] requests = [.. collector.Spans.Where(span => span.Kind == OtlpSpan.Server)];
        Assert.That(requests.Select(span => (span.Name, span["daxproxy.cache"], span["network.protocol.name"])), Is.EqualTo(new[]
        {
            ("GetItem Tab", "miss", "dax"), ("GetItem Tab", "hit", "dax"),
        }));
        Assert.That(requests.Select(span => span.Trace), Is.Unique);
        OtlpSpan[] calls = [.. collector.Spans.Where(span => span.Kind == OtlpSpan.Client)];
        Assert.That(calls.Select(span => (span.Name, span.Parent)), Has.Member(("GetItem Tab", requests[0].Id)));
        Assert.That(calls.Select(span => span.Trace), Is.All.EqualTo(requests[0].Trace));
    }

    [Test]
    public async Task Trace_OfARequestThatFails_SaysOfWhat_AndHasASpanOfEachAttempt()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        await using (FaultRig rig = await StartAsync(
            collector,
            share: 1,
            options => options with
            {
                Resilience = options.Resilience with { MaxAttempts = 3, BaseDelay = TimeSpan.FromMilliseconds(1) },
            }))
        {
            await rig.CreateTableAsync();
            await SendAsync(rig, null, Key);
            rig.Link.FaultOf = _ => LinkFault.ResetBefore;
            await SendAsync(rig, null, Key.Replace("}}}", "}},'ConsistentRead':true}"), expected: 500);

            // What the rules here forbid, the backend refuses in its own words, which pass unread.
            rig.Link.FaultOf = _ => LinkFault.None;
            await SendAsync(rig, null, "{'TableName':'Tab'}", expected: 400);
        }

        OtlpSpan[] requests = [.. collector.Spans.Where(span => span.Kind == OtlpSpan.Server)];
        Assert.That(requests.Select(span => (span.Name, span["error.type"], span.Status)), Is.EqualTo(new[]
        {
            ("GetItem Tab", null, 0), ("GetItem Tab", "InternalServerError", 2), ("GetItem", "400", 0),
        }));
        OtlpSpan[] attempts = [.. collector.Spans.Where(span => span.Kind == OtlpSpan.Client && span.Parent == requests[1].Id)];
        Assert.That(attempts.Select(span => (span["error.type"], span.Status)), Is.All.EqualTo(("InternalServerError", 2)));
        Assert.That(attempts, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Trace_AskedForByAStranger_IsTakenOnlyAsOftenAsConfigured()
    {
        await using OtlpCollector collector = await OtlpCollector.StartAsync();
        string log = Path.GetTempFileName();
        await using (PolicyHost host = await PolicyHost.StartAsync(
            new Dictionary<string, string> { ["users/root"] = "Full" },
            options => options with
            {
                Telemetry = new TelemetryOptions { Otlp = collector.EndPoint, TraceSample = 0, AccessLog = log, AccessLogSample = 1 },
            }))
        {
            host.TraceParent = $"00-{Trace}-{Span}-01";
            foreach ((string user, int times) in new[] { ("unknown", 50), ("root", 2) })
            {
                for (int time = 0; time < times; time++)
                {
                    await host.AskAsync(user, "ListTables", "{}");
                    await host.AskAsync(user, "GetItem", "{\"TableName\":\"none\"}");
                }
            }
        }

        Assert.That(collector.Spans.Count(span => span.Kind == OtlpSpan.Server), Is.EqualTo(4));
        Assert.That(collector.Spans.Select(span => span["error.type"]), Has.None.EqualTo("UnrecognizedClientException"));
        Assert.That(File.ReadLines(log).Count(line => line.Contains("\"trace", StringComparison.Ordinal)), Is.EqualTo(4), "nor does the log name a trace that is nowhere");
        Assert.That(File.ReadLines(log).Count(), Is.EqualTo(104));
        File.Delete(log);
    }

    private static Task<FaultRig> StartAsync(
        OtlpCollector collector, double share, Func<ProxyOptions, ProxyOptions>? adapt = null) => FaultRig.StartAsync(
        options =>
        {
            options = options with
            {
                Backend = options.Backend with { RequestTimeout = TimeSpan.FromSeconds(20) },
                Telemetry = new TelemetryOptions { Otlp = collector.EndPoint, TraceSample = share },
            };
            return adapt?.Invoke(options) ?? options;
        });

    private static async Task SendAsync(FaultRig rig, string? traceParent, string json, int expected = 200)
    {
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Post, rig.EndPoint)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json.Replace('\'', '"'))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "DynamoDB_20120810.GetItem");
        request.Headers.Add("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation("Authorization", Wire.Authorization);
        if (traceParent is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(expected), await answer.Content.ReadAsStringAsync());
    }
}
