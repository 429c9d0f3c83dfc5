using System.Text.Json.Nodes;
using DaxProxy.Conformance.Dax;
using DaxProxy.Conformance.Remote;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Observing;

/// <summary>The access log: a line for each request that is picked, and nothing in it that is not for others.</summary>
public sealed class AccessLogTests
{
    private const string Get = "{'TableName':'Tab','Key':{'k':{'S':'secret-key'}}}";

    [Test]
    public async Task Log_OfAllRequests_SaysWhatTheyWereAndHowTheyEnded_AndNoKeysOrValues()
    {
        string[] lines = await RunAsync(1, async rig =>
        {
            await rig.OkAsync(
                "PutItem", "{'TableName':'Tab','Item':{'k':{'S':'secret-key'},'v':{'S':'secret-value'}},'ReturnConsumedCapacity':'TOTAL'}");
            await rig.OkAsync("GetItem", Get);
            await rig.OkAsync(
                "Query", "{'TableName':'Tab','KeyConditionExpression':'k=:k','ExpressionAttributeValues':{':k':{'S':'secret-key'}}}");
            await rig.OkAsync("BatchGetItem", "{'RequestItems':{'Tab':{'Keys':[{'k':{'S':'secret-key'}}]}}}");
            await rig.Wire.SendAsync("GetItem", "{'TableName':'Tab','Key':{'other':{'S':'secret-key'}}}");
            await rig.Wire.SendAsync("GetItem", "{'TableName':'secret'");
            await rig.Wire.SendAsync("NoSuchVerb", "{}");
            using DaxTalk talk = await DaxTalk.ConnectAsync(rig.Dax);
            await talk.CallAsync(DaxTalk.GetItem, cbor =>
            {
                cbor.WriteByteString("Tab"u8);
                cbor.WriteByteString("secret-key"u8);
                cbor.WriteNull();
            });
            rig.Link.FaultOf = _ => LinkFault.ResetBefore;
            await rig.Wire.SendAsync("GetItem", Get.Replace("secret-key", "secret-other"));
        });
        JsonNode[] records = [.. lines.Select(line => JsonNode.Parse(line)!)];
        Assert.That(
            records.Select(
                record =>
                    $"{record["wire"]} {record["operation"]} {record["table"]} {record["outcome"]} {record["error"]} {record["units"]}"),
            Is.EqualTo(new[]
            {
                "json PutItem Tab success  1",
                "json GetItem Tab hit  0",
                "json Query Tab miss  ",
                "json BatchGetItem Tab hit  0",
                "json GetItem Tab refusal ValidationException ",
                "json GetItem  refusal SerializationException ",
                "json Unknown  refusal 400 ",

                // A verb that is not known may have changed anything.
                "dax GetItem Tab miss  ",
                "json GetItem Tab failure InternalServerError ",
            }));
        Assert.That(lines, Has.None.Contains("secret"));
        Assert.That(records.Select(record => (double)record["microseconds"]!), Is.All.Positive);
        Assert.That(
            records.Where(record => $"{record["wire"]}" == "json").Select(record => (string)record["requestId"]!),
            Is.Unique.And.All.Length.EqualTo(52));
        Assert.That(records[0].AsObject().Select(member => member.Key), Is.EqualTo(
            new[] { "time", "requestId", "wire", "operation", "table", "outcome", "microseconds", "units" }));
    }

    [Test]
    public async Task Log_OfAShare_HasAboutThatShare()
    {
        const int Requests = 500;
        string[] lines = await RunAsync(0.1, async rig =>
        {
            for (int number = 0; number < Requests; number++)
            {
                await rig.OkAsync("GetItem", Get);
            }
        });
        Assert.That(lines, Has.Length.InRange(Requests / 25, Requests / 5));
    }

    /// <summary>The lines of a proxy that has a table, once it has ended.</summary>
    private static async Task<string[]> RunAsync(double share, Func<FaultRig, Task> askAsync)
    {
        string folder = Directory.CreateTempSubdirectory("daxproxy-access-").FullName, file = Path.Combine(folder, "access.log");
        await using (FaultRig rig = await FaultRig.StartAsync(options => options with
        {
            Dax = new DaxOptions { Port = 0 },
            Backend = options.Backend with { DataFolder = folder, RequestTimeout = TimeSpan.FromSeconds(20) },
            Telemetry = new TelemetryOptions { AccessLog = file, AccessLogSample = share },
        }))
        {
            await rig.CreateTableAsync();
            await askAsync(rig);
        }

        string[] lines = await File.ReadAllLinesAsync(file);
        Directory.Delete(folder, recursive: true);
        return lines;
    }
}
