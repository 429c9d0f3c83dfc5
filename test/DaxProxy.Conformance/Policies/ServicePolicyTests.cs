using System.Text.Json;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Policies;

/// <summary>Signatures, policies and audit lines of the services beside DynamoDB.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ServicePolicyTests : IAsyncDisposable
{
    private const string Metrics = "GraniteServiceVersion20100801.", Scaling = "AnyScaleFrontendService.", Clusters = "AmazonDAXV3.";
    private const string Target =
        """{"ServiceNamespace":"dynamodb","ResourceId":"table/tab","ScalableDimension":"dynamodb:table:ReadCapacityUnits","MinCapacity":1,"MaxCapacity":9}""";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-services-");
    private PolicyHost? host;

    private string LogFile => Path.Combine(folder.FullName, "audit.json");

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    [Test]
    public async Task Actions_AreJudgedByTheirNames_InEveryProtocol()
    {
        await StartAsync();
        Assert.That(await host!.AskServiceAsync("watcher", "monitoring", Metrics + "ListMetrics", "{}"), Does.StartWith("200 {\"Metrics\":["));
        Assert.That(await host.AskServiceAsync("watcher", "monitoring", null, "Action=ListMetrics&Version=2010-08-01"), Does.StartWith("200 <ListMetricsResponse xmlns=\"http://monitoring"));
        string datum = """{"Namespace":"mine","MetricData":[{"MetricName":"m","Value":1}]}""";
        Assert.That(await host.AskServiceAsync("watcher", "monitoring", Metrics + "PutMetricData", datum), Is.EqualTo(
            "400 {\"__type\":\"AccessDeniedException\",\"message\":\"User: arn:aws:iam::000000000000:user/watcher is not authorized to perform: cloudwatch:PutMetricData on resource: * "
            + "because no identity-based policy allows the cloudwatch:PutMetricData action\"}"));
        Assert.That(
            await host.AskServiceAsync("watcher", "monitoring", null, "Action=PutMetricData&Version=2010-08-01&Namespace=mine&MetricData.member.1.MetricName=m&MetricData.member.1.Value=1"),
            Does.Contain("<Code>AccessDenied</Code>"));
        Assert.That(await host.AskServiceAsync("root", "monitoring", Metrics + "PutMetricData", datum), Does.StartWith("200"));
        Assert.That(await host.AskServiceAsync("reader", "monitoring", Metrics + "PutMetricData", datum), Does.Contain("AccessDenied"));
        Assert.That(await host.AskServiceAsync("reader", "dax", Clusters + "DescribeClusters", "{}"), Does.StartWith("200"));
        Assert.That(await host.AskServiceAsync("watcher", "dax", Clusters + "DescribeClusters", "{}"), Does.Contain("on resource: arn:aws:dax:us-east-1:000000000000:cache/daxproxy"));
        Assert.That(await host.AskServiceAsync("reader", "application-autoscaling", Scaling + "DescribeScalableTargets", "{\"ServiceNamespace\":\"dynamodb\"}"), Does.StartWith("200"));
    }

    [Test]
    public async Task Resources_AreJudgedEach_AlsoWhereOneRequestNamesSeveral()
    {
        await StartAsync();
        foreach (string name in (string[])["mine-1", "mine-2", "other"])
        {
            Assert.That(await host!.AskServiceAsync("root", "monitoring", Metrics + "PutMetricAlarm", AlarmOf(name)), Does.StartWith("200"));
        }

        Assert.That(await host!.AskServiceAsync("watcher", "monitoring", Metrics + "PutMetricAlarm", AlarmOf("mine-3")), Does.StartWith("200"));
        Assert.That(await host.AskServiceAsync("watcher", "monitoring", Metrics + "PutMetricAlarm", AlarmOf("others")), Does.Contain("AccessDenied"));
        Assert.That(await host.AskServiceAsync("watcher", "monitoring", Metrics + "DeleteAlarms", """{"AlarmNames":["mine-1","other"]}"""), Does.Contain("alarm:other"));
        Assert.That(await host.AskServiceAsync("watcher", "monitoring", Metrics + "DeleteAlarms", """{"AlarmNames":["mine-1","mine-2"]}"""), Does.StartWith("200"));
        Assert.That(await host.AskServiceAsync("root", "monitoring", Metrics + "DescribeAlarms", "{}"), Does.Contain("\"other\"").And.Contain("mine-3").And.Not.Contain("mine-1"));
    }

    [Test]
    public async Task Signature_ForAnotherService_IsRefused_AndSoIsAWrongOne()
    {
        await StartAsync();
        Assert.That(await host!.AskServiceAsync("root", "dynamodb", Metrics + "ListMetrics", "{}"), Does.StartWith("4").And.Contain("InvalidSignatureException"));
        Assert.That(await host.AskServiceAsync("root", "monitoring", Scaling + "RegisterScalableTarget", Target), Does.StartWith("4").And.Contain("InvalidSignatureException"));
        Assert.That(await host.AskServiceAsync("unknown-key", "monitoring", Metrics + "ListMetrics", "{}"), Does.Contain("UnrecognizedClientException"));
        Assert.That(await host.AskServiceAsync("unknown-key", "monitoring", null, "Action=ListMetrics&Version=2010-08-01"), Does.Contain("<Code>InvalidClientTokenId</Code>"));
        Assert.That(await host.AskStsAsync("root", "Action=GetCallerIdentity&Version=2011-06-15"), Does.StartWith("200"), "identities are still told");
    }

    [Test]
    public async Task AuditLog_HasALineOfWhatIsChangedAndOfWhatIsRefused()
    {
        await StartAsync();
        await host!.AskAsync("root", "CreateTable", """
            {"TableName":"tab","ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1},"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}
            """);
        Assert.That(await host.AskServiceAsync("root", "application-autoscaling", Scaling + "RegisterScalableTarget", Target), Does.StartWith("200"));
        await host.AskServiceAsync("root", "monitoring", Metrics + "ListMetrics", "{}");
        await host.AskServiceAsync("watcher", "application-autoscaling", Scaling + "RegisterScalableTarget", Target);
        await host.AskServiceAsync("unknown-key", "dax", Clusters + "DescribeClusters", "{}");
        await host.DisposeAsync();
        host = null;
        Assert.That(
            File.ReadLines(LogFile).Select(line => JsonDocument.Parse(line).RootElement).Skip(1)
                .Select(line => $"{line.GetProperty("action").GetString()} {line.GetProperty("resource").GetString()!.Split(':')[0]} {line.GetProperty("outcome").GetString()}"),
            Is.EqualTo(new[]
            {
                "application-autoscaling:RegisterScalableTarget arn allowed",
                "application-autoscaling:RegisterScalableTarget arn refused",
                "dax:* * refused",
            }));
    }

    [Test]
    public async Task BehindARemoteBackend_ThereIsNoAutoScaling_AndMetricsAndTheClusterAreOurs()
    {
        await StartAsync(options => options with
        {
            Backend = new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = "http://127.0.0.1:9", Region = "us-east-1" },
        });
        Assert.That(await host!.AskServiceAsync("root", "application-autoscaling", Scaling + "RegisterScalableTarget", Target), Is.EqualTo(
            "400 {\"__type\":\"UnknownOperationException\",\"Message\":\"This service is not answered here, as the backend is a remote one. Send the request to its endpoint.\"}"));
        Assert.That(await host.AskServiceAsync("root", "monitoring", Metrics + "ListMetrics", "{}"), Does.StartWith("200"));
        Assert.That(await host.AskServiceAsync("root", "dax", Clusters + "DescribeClusters", "{}"), Does.StartWith("200 {\"Clusters\":[{\"ClusterName\":\"daxproxy\""));
    }

    private static string AlarmOf(string name) => $$"""
        {"AlarmName":"{{name}}","Namespace":"mine","MetricName":"m","Statistic":"Sum","Period":60,"EvaluationPeriods":1,"Threshold":1,"ComparisonOperator":"GreaterThanThreshold"}
        """;

    private async Task StartAsync(Func<ProxyOptions, ProxyOptions>? configure = null) => host = await PolicyHost.StartAsync(
        new Dictionary<string, string>
        {
            ["users/root"] = "Full",
            ["users/reader"] = "ReadOnly",
            ["users/watcher.json"] = """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:Get*","cloudwatch:List*"],"Resource":"*"},
                {"Effect":"Allow","Action":["cloudwatch:PutMetricAlarm","cloudwatch:DeleteAlarms"],"Resource":"arn:aws:cloudwatch:us-east-1:000000000000:alarm:mine-*"}]}
                """,
        },
        options => (configure?.Invoke(options) ?? options) with { Audit = new AuditOptions { LogFile = LogFile } });
}
