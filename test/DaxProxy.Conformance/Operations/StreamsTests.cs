using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>ListStreams, DescribeStream, GetShardIterator and GetRecords.</summary>
public static class StreamsTests
{
    private const string SomeArn = "arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2015-05-11T21:21:33.291";

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("ListStreams", "{'Limit':0}", "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1")]
        [TestCase("ListStreams", "{'Limit':101}", "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100")]
        [TestCase(
            "DescribeStream", "{}",
            "1 validation error detected: Value null at 'streamArn' failed to satisfy constraint: Member must not be null")]
        [TestCase(
            "GetRecords", "{}",
            "1 validation error detected: Value null at 'shardIterator' failed to satisfy constraint: Member must not be null")]
        public async Task Request_ThatIsBad_IsRefused(string operation, string body, string text) =>
            Assert.That((await SendStreamsAsync(operation, body)).Error, Is.EqualTo("ValidationException: " + text));

        [TestCase("DescribeStream", "")]
        [TestCase("GetShardIterator", ",'ShardId':'shardId-00000001414576573621-f55eea83','ShardIteratorType':'LATEST'")]
        public async Task Stream_ThatDoesNotExist_IsNotFound(string operation, string members) => Assert.That(
            (await SendStreamsAsync(operation, $"{{'StreamArn':'{SomeArn}'{members}}}")).Error,
            Is.EqualTo($"ResourceNotFoundException: Requested resource not found: Stream: {SomeArn} not found"));

        [Test]
        public async Task Streams_UnderTheOtherTarget_AreUnknown() =>
            Assert.That((await SendAsync("ListStreams", "{}")).Error, Is.EqualTo("UnknownOperationException"));

        private Task<WireReply> SendStreamsAsync(string operation, string json) => Stack.Wire.SendAsync(Wire.Streams + operation, json);
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Poller_SeesEachChange()
        {
            CreateTableRequest request = Plain.Request(Table);
            request.StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = "NEW_AND_OLD_IMAGES" };
            string arn = (await Sdk.CreateTableAsync(request)).TableDescription.LatestStreamArn;
            await MakeReadyAsync();
            await PutAsync("{'p':{'S':'k'},'v':{'N':'1'}}");
            await PutAsync("{'p':{'S':'k'},'v':{'N':'2'}}");
            await Sdk.DeleteItemAsync(Table, Attributes.Item("{'p':{'S':'k'}}"));
            Assert.That((await SendStreamsAsync("ListStreams", "{'TableName':'$T'}"))["Streams.0.StreamArn"], Is.EqualTo($"'{arn}'"));

            JsonNode stream = (await SendStreamsAsync("DescribeStream", $"{{'StreamArn':'{arn}'}}")).Body["StreamDescription"]!;
            List<string> seen = [];
            foreach (JsonNode? shard in stream["Shards"]!.AsArray())
            {
                WireReply iterator = await SendStreamsAsync("GetShardIterator",
                    $"{{'StreamArn':'{arn}','ShardId':'{shard!["ShardId"]}','ShardIteratorType':'TRIM_HORIZON'}}");
                WireReply page = await SendStreamsAsync("GetRecords", $"{{'ShardIterator':{iterator["ShardIterator"]}}}");
                Assert.That(page["NextShardIterator"], Is.Not.Null);
                seen.AddRange(page.Body["Records"]!.AsArray().Select(record => string.Join(
                    ' ',
                    (string?)record!["eventName"],
                    (string?)record["dynamodb"]!["OldImage"]?["v"]?["N"] ?? "-",
                    (string?)record["dynamodb"]!["NewImage"]?["v"]?["N"] ?? "-")));
            }

            Assert.That(seen, Is.EqualTo(new[] { "INSERT - 1", "MODIFY 1 2", "REMOVE 2 -" }));
        }

        [Test]
        public async Task UpdateTable_SwitchesTheStream()
        {
            await MakeTableAsync(Plain);
            UpdateTableRequest on = new()
            {
                TableName = Table,
                StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = "KEYS_ONLY" },
            };
            await Sdk.UpdateTableAsync(on);
            await MakeReadyAsync();
            TableDescription table = (await Sdk.DescribeTableAsync(Table)).Table;
            Assert.That(table.StreamSpecification.StreamViewType.Value, Is.EqualTo("KEYS_ONLY"));
            Assert.That(table.LatestStreamArn, Does.EndWith("/stream/" + table.LatestStreamLabel));
            Assert.That(
                async () => await Sdk.UpdateTableAsync(on),
                Throws.Exception.With.Message.EqualTo("Table already has an enabled stream: TableName: " + Table));
        }

        private async Task MakeReadyAsync()
        {
            while (Stack.IsElsewhere && (await Sdk.DescribeTableAsync(Table)).Table.TableStatus.Value != "ACTIVE")
            {
                await Task.Delay(200);
            }
        }

        private Task<WireReply> SendStreamsAsync(string operation, string json) =>
            Stack.Wire.SendAsync(Wire.Streams + operation, json.Replace("$T", Table, StringComparison.Ordinal));
    }
}
