using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DaxProxy.Conformance.Clients;
using NUnit.Framework;

namespace DaxProxy.Conformance.Regions;

/// <summary>Several regions behind one endpoint. The process is the real one.</summary>
[Parallelizable]
internal sealed class RegionTests
{
    private const string Virginia = "us-east-1", Ireland = "eu-west-1";

    private static readonly Dictionary<string, string?> Environment = new() { ["DAXPROXY__Backend__Regions"] = $"{Virginia},{Ireland}" };

    [Test]
    public async Task Boto3_ItsScenario_RunsAsExpected()
    {
        if (ClientProcess.Python is not { } python)
        {
            Assert.Ignore("There is no python3 with boto3 here (Debian: python3-boto3).");
            return;
        }

        using ServerProcess server = await ServerProcess.StartAsync(["--in-memory"], Environment);
        (int code, string output) = ClientProcess.Run(
            python, ClientProcess.RunTime, null, Path.Combine(ClientProcess.Scripts, "boto3_regions.py"), server.EndPoint.ToString());
        Assert.That(code, Is.Zero, output);
    }

    [Test]
    public async Task Kill_WhileRegionsAreCutOff_LosesNothingThatHadYetToArrive()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-regions-");
        try
        {
            using (ServerProcess server = await ServerProcess.StartAsync(["--data", folder.FullName], Environment))
            using (HttpClient admin = new() { BaseAddress = server.AdminEndPoint })
            {
                using AmazonDynamoDBClient virginia = ClientOf(server, Virginia), ireland = ClientOf(server, Ireland);
                await virginia.CreateTableAsync(new TableShape("pk:S").Request("shared"));
                await virginia.UpdateTableAsync(new UpdateTableRequest
                {
                    TableName = "shared",
                    ReplicaUpdates =
                    [
                        new ReplicationGroupUpdate { Create = new CreateReplicationGroupMemberAction { RegionName = Ireland } },
                    ],
                });
                await EventuallyAsync(async () =>
                    (await virginia.DescribeTableAsync("shared")).Table.Replicas.TrueForAll(replica => replica.ReplicaStatus == "ACTIVE"));
                using HttpResponseMessage cut = await admin.PutAsJsonAsync(
                    "/api/regions", new { cuts = new[] { new { from = Virginia, to = Ireland }, new { from = Ireland, to = Virginia } } });
                Assert.That(cut.StatusCode, Is.EqualTo(HttpStatusCode.OK), await cut.Content.ReadAsStringAsync());
                for (int item = 0; item < 20; item++)
                {
                    await PutAsync(virginia, $"v{item}");
                    await PutAsync(ireland, $"i{item}");
                }

                Assert.That(await CountAsync(virginia), Is.EqualTo(20), "nothing arrives");
                JsonNode told = (await admin.GetFromJsonAsync<JsonNode>("/api/regions"))!;
                Assert.That((int)told["replicas"]![0]!["pending"]!, Is.EqualTo(20), told.ToJsonString());
                await server.KillAsync();
            }

            using ServerProcess restarted = await ServerProcess.StartAsync(["--data", folder.FullName], Environment);
            using AmazonDynamoDBClient first = ClientOf(restarted, Virginia), second = ClientOf(restarted, Ireland);
            await EventuallyAsync(async () => await CountAsync(first) == 40 && await CountAsync(second) == 40);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task FormerRegions_ThatAreNotConfiguredAnyMore_StopTheStart()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("daxproxy-regions-");
        try
        {
            using (await ServerProcess.StartAsync(["--data", folder.FullName], Environment))
            {
            }

            EndOfStreamException? fault =
                await Assert.ThrowsAsync<EndOfStreamException>(() => ServerProcess.StartAsync(["--data", folder.FullName], []));
            Assert.That(fault!.Message, Does.Contain("eu-west-1").And.Contain("Backend:Regions"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Host_NamesTheRegion_WhereTheSignatureNamesNoneOfThem()
    {
        using ServerProcess server = await ServerProcess.StartAsync(["--in-memory"], Environment);
        using AmazonDynamoDBClient ireland = ClientOf(server, Ireland);
        await ireland.CreateTableAsync(new TableShape("pk:S").Request("irish"));
        using HttpClient http = new() { BaseAddress = server.EndPoint };
        Assert.That(await ListAsync(http, "local", "dynamodb.eu-west-1.localhost"), Does.Contain("irish"));
        Assert.That(await ListAsync(http, "local", "eu-west-1.localhost"), Does.Contain("irish"));
        Assert.That(await ListAsync(http, Virginia, "eu-west-1.localhost"), Does.Not.Contain("irish"));
        Assert.That(await ListAsync(http, Ireland, "localhost"), Does.Contain("irish"));
        Assert.That(await ListAsync(http, "local", "localhost"), Does.Contain("Credential should be scoped to a valid region, not 'local'."));
    }

    private static AmazonDynamoDBClient ClientOf(ServerProcess server, string region) => new(
        new BasicAWSCredentials("AKIDEXAMPLE", "secret"),
        new AmazonDynamoDBConfig { ServiceURL = server.EndPoint.ToString(), AuthenticationRegion = region, MaxErrorRetry = 0 });

    private static Task<PutItemResponse> PutAsync(AmazonDynamoDBClient client, string key) => client.PutItemAsync(
        "shared", new Dictionary<string, AttributeValue> { ["pk"] = new() { S = key } });

    private static async Task<int> CountAsync(AmazonDynamoDBClient client) =>
        (await client.ScanAsync(new ScanRequest { TableName = "shared", ConsistentRead = true })).Count ?? 0;

    private static async Task<string> ListAsync(HttpClient http, string region, string host)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/");
        request.Headers.Host = host;
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "DynamoDB_20120810.ListTables");
        request.Headers.TryAddWithoutValidation(
            "Authorization",
            $"AWS4-HMAC-SHA256 Credential=local/20261130/{region}/dynamodb/aws4_request, SignedHeaders=host, Signature=00");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20261130T123600Z");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/x-amz-json-1.0");
        request.Content.Headers.ContentType!.CharSet = null;
        using HttpResponseMessage answer = await http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (!await isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
