using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>BatchWriteItem.</summary>
public static class BatchWriteItemTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'RequestItems':[]}", "Unrecognized collection type java.util.Map<java.lang.String, "
            + "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>")]
        [TestCase("{'RequestItems':{'abc':'x'}}", "Unexpected field type")]
        [TestCase("{'RequestItems':{'abc':{}}}", "Start of structure or map found where not expected")]
        [TestCase("{'RequestItems':{'abc':['x']}}", "Unexpected value type in payload")]
        [TestCase("{'RequestItems':{'abc':[{'PutRequest':'x'}]}}", "Unexpected field type")]
        [TestCase("{'RequestItems':{'abc':[{'PutRequest':{'Item':{'p':{'S':1}}}}]}}", "NUMBER_VALUE cannot be converted to String")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("BatchWriteItem", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        private const string Good = "{'PutRequest':{'Item':{'p':{'S':'good'}}}}";

        [TestCase("{'PutRequest':{'Item':{'p':{'N':'1'}}}}", "The provided key element does not match the schema")]
        [TestCase("{'DeleteRequest':{'Key':{'x':{'N':'1'}}}}", "The provided key element does not match the schema")]
        [TestCase("{'PutRequest':{'Item':{'p':{'S':'good'}}}}", "Provided list of item keys contains duplicates")]
        [TestCase("{'DeleteRequest':{'Key':{'p':{'S':'good'}}}}", "Provided list of item keys contains duplicates")]
        [TestCase("{'PutRequest':{'Item':{'p':{'S':'x'},'a':{'SS':[]}}}}",
            "One or more parameter values were invalid: An string set  may not be empty")]
        [TestCase("{}", "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")]
        [TestCase("{'PutRequest':{'Item':{'p':{'S':'x'}}},'DeleteRequest':{'Key':{'p':{'S':'x'}}}}",
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")]
        public async Task OneBadRequest_WritesNothing(string bad, string text)
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("BatchWriteItem", $"{{'RequestItems':{{'$T':[{Good},{bad}]}}}}")).Error,
                Is.EqualTo("ValidationException: " + text));
            Assert.That(await ReadAsync("{'p':{'S':'good'}}"), Is.EqualTo("none"));
        }

        [Test]
        public async Task NumberKeys_EqualByValue_AreDuplicates()
        {
            await MakeTableAsync(new TableShape("n:N"));
            Assert.That((await SendAsync("BatchWriteItem",
                "{'RequestItems':{'$T':[{'PutRequest':{'Item':{'n':{'N':'1'}}}},{'DeleteRequest':{'Key':{'n':{'N':'1.0'}}}}]}}")).Error,
                Is.EqualTo("ValidationException: Provided list of item keys contains duplicates"));
        }

        [Test]
        public async Task Requests_OverTwentyFive_AreRefused()
        {
            string puts = string.Join(',', Enumerable.Range(0, 26).Select(i => $"{{'PutRequest':{{'Item':{{'p':{{'S':'{i}'}}}}}}}}"));
            Assert.That((await SendAsync("BatchWriteItem", $"{{'RequestItems':{{'$T':[{puts}]}}}}")).Error,
                Does.StartWith("ValidationException: 1 validation error detected: Value '{t-")
                    .And.EndsWith("at 'requestItems' failed to satisfy "
                        + "constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, "
                        + "Member must have length greater than or equal to 1]"));
        }

        [Test]
        public async Task Requests_OverTwentyFiveInSum_AreRefused()
        {
            string puts = string.Join(',', Enumerable.Range(0, 13).Select(i => $"{{'PutRequest':{{'Item':{{'p':{{'S':'{i}'}}}}}}}}"));
            Assert.That((await SendAsync("BatchWriteItem", $"{{'RequestItems':{{'$T':[{puts}],'$T-b':[{puts}]}}}}")).Error,
                Is.EqualTo("ValidationException: Too many items requested for the BatchWriteItem call"));
        }

        [Test]
        public async Task NoRequests_AreRefused() => Assert.That((await SendAsync("BatchWriteItem", "{'RequestItems':{}}")).Error,
            Does.Contain("requestItems").IgnoreCase);

        [Test]
        public async Task Table_ThatDoesNotExist_WritesNothing()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("BatchWriteItem", $"{{'RequestItems':{{'$T':[{Good}],'$T-no':[{Good}]}}}}")).Error,
                Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
            Assert.That(await ReadAsync("{'p':{'S':'good'}}"), Is.EqualTo("none"));
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task PutsAndDeletes_AreAllDone()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "KEYS_ONLY"));
            await PutAsync("{'p':{'S':'gone'},'g':{'S':'g'}}");
            await Sdk.GetItemAsync(Table, Attributes.Item("{'p':{'S':'gone'}}"));
            List<WriteRequest> requests = [new(new DeleteRequest(Attributes.Item("{'p':{'S':'gone'}}")))];
            requests.AddRange(Enumerable.Range(0, 24).Select(i =>
                new WriteRequest(new PutRequest(Attributes.Item($"{{'p':{{'S':'{i}'}},'g':{{'S':'g'}}}}")))));
            BatchWriteItemResponse reply = await Sdk.BatchWriteItemAsync(new Dictionary<string, List<WriteRequest>> { [Table] = requests });
            Assert.That(reply.UnprocessedItems, Is.Empty);
            Assert.That((await Sdk.GetItemAsync(Table, Attributes.Item("{'p':{'S':'gone'}}"))).IsItemSet, Is.False);
            Assert.That((await Sdk.ScanAsync(new ScanRequest(Table))).Count, Is.EqualTo(24));
            Assert.That((await Sdk.QueryAsync(Pages.Query(Table, "g = :g", "{':g':{'S':'g'}}", "byG"))).Count, Is.EqualTo(24));
        }

        [Test]
        public async Task Reply_AlwaysHasUnprocessedItems()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("BatchWriteItem", "{'RequestItems':{'$T':[{'PutRequest':{'Item':{'p':{'S':'a'}}}}]}}")).Text,
                Is.EqualTo("{\"UnprocessedItems\":{}}"));
        }

        [Test]
        public async Task ConsumedCapacity_IsTheSumPerTable()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "KEYS_ONLY"));
            WireReply reply = await SendAsync("BatchWriteItem", "{'ReturnConsumedCapacity':'INDEXES','RequestItems':{'$T':["
                + $"{{'PutRequest':{{'Item':{{'p':{{'S':'a'}},'a':{{'S':'{new string('x', 1500)}'}}}}}}}},"
                + "{'PutRequest':{'Item':{'p':{'S':'b'},'g':{'S':'g'}}}},{'DeleteRequest':{'Key':{'p':{'S':'c'}}}}]}}");
            System.Text.Json.Nodes.JsonNode capacity = reply.Body["ConsumedCapacity"]![0]!;
            Assert.That((double?)capacity["Table"]!["CapacityUnits"], Is.EqualTo(4));
            Assert.That((double?)capacity["GlobalSecondaryIndexes"]!["byG"]!["CapacityUnits"], Is.EqualTo(1));
            Assert.That((double?)capacity["CapacityUnits"], Is.EqualTo(5));
        }

        [Test]
        public async Task ItemCollectionMetrics_AreAListPerTable()
        {
            await MakeTableAsync(new TableShape("p:S s:S").Lsi("byL", "p:S l:N", "ALL"));
            WireReply reply = await SendAsync("BatchWriteItem", "{'ReturnItemCollectionMetrics':'SIZE','RequestItems':{'$T':["
                + "{'PutRequest':{'Item':{'p':{'S':'a'},'s':{'S':'1'}}}},{'PutRequest':{'Item':{'p':{'S':'b'},'s':{'S':'1'}}}}]}}");
            Assert.That(reply.Body["ItemCollectionMetrics"]![Table]!.AsArray(), Has.Count.EqualTo(2));
        }
    }
}
