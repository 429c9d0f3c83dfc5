using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>Scan.</summary>
public static class ScanTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'Segment':'1'}", "STRING_VALUE cannot be converted to Integer")]
        [TestCase("{'TotalSegments':true}", "TRUE_VALUE cannot be converted to Integer")]
        [TestCase("{'FilterExpression':[]}", "Unrecognized collection type class java.lang.String")]
        [TestCase("{'ExclusiveStartKey':{'p':1}}", "Unexpected value type in payload")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("Scan", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("'Limit':0",
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1")]
        [TestCase(
            "'Segment':1", "The TotalSegments parameter is required but was not present in the request when Segment parameter is present")]
        [TestCase("'TotalSegments':1",
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is present")]
        [TestCase("'Segment':5,'TotalSegments':5", "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            + "Segment: 5 is not less than TotalSegments: 5")]
        [TestCase("'Select':'SPECIFIC_ATTRIBUTES'",
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")]
        [TestCase("'Select':'ALL_ATTRIBUTES','ProjectionExpression':'a'",
            "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES")]
        [TestCase("'FilterExpression':'a = :a'", "Invalid FilterExpression: "
            + "An expression attribute value used in expression is not defined; attribute value: :a")]
        [TestCase("'ExpressionAttributeValues':{':a':{'S':'x'}}",
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null")]
        [TestCase("'FilterExpression':'attribute_exists(a)','ExpressionAttributeValues':{':a':{'S':'x'}}",
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}")]
        public async Task Request_ThatCannotBe_IsRefused(string members, string text) =>
            Assert.That((await SendAsync("Scan", $"{{'TableName':'abc',{members}}}")).Error, Is.EqualTo("ValidationException: " + text));

        [TestCase("'ExclusiveStartKey':{'p':{'S':'a'},'x':{'S':'a'}}",
            "The provided starting key is invalid: The provided key element does not match the schema")]
        [TestCase("'ExclusiveStartKey':{'p':{'N':'1'}}",
            "The provided starting key is invalid: The provided key element does not match the schema")]
        [TestCase("'IndexName':'byG','ExclusiveStartKey':{'p':{'S':'a'}}", "The provided starting key is invalid")]
        [TestCase("'IndexName':'nope'", "The table does not have the specified index: nope")]
        [TestCase("'IndexName':'byG','ConsistentRead':true", "Consistent reads are not supported on global secondary indexes")]
        [TestCase("'ExclusiveStartKey':{'p':{'S':'zapf'}},'Segment':0,'TotalSegments':2", "The provided starting key is invalid: "
            + "Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 0")]
        public async Task Request_ThatDoesNotFitTheTable_IsRefused(string members, string text)
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "KEYS_ONLY"));
            Assert.That((await SendAsync("Scan", $"{{'TableName':'$T',{members}}}")).Error, Is.EqualTo("ValidationException: " + text));
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("S", "2,8,9,1,6,hello,0,5,4,äáöü,aardman,7,3,zapf")]
        [TestCase("N", "7,999.9,8,3,2,-999.9,9,4,-0.09,6,1,0,0.012345,5")]
        public async Task Items_ComeInTheServicesHashOrder(string type, string order)
        {
            await MakeTableAsync(new TableShape($"p:{type}"));
            string[] expected = [.. order.Split(',').Select(key => $"{{'p':{{'{type}':'{key}'}}}}")];
            await Task.WhenAll(expected.Order(StringComparer.Ordinal).Select(PutAsync));
            Assert.That(Attributes.Texts((await Sdk.ScanAsync(new ScanRequest(Table))).Items), Is.EqualTo(expected));
            for (int limit = 1; limit <= expected.Length + 1; limit++)
            {
                Assert.That(await Sdk.ScanAllAsync(new ScanRequest(Table) { Limit = limit }), Is.EqualTo(expected), $"limit {limit}");
            }
        }

        [TestCase(1)]
        [TestCase(2)]
        [TestCase(3)]
        [TestCase(7)]
        [TestCase(1_000_000)]
        public async Task Segments_TogetherAreTheWhole(int total)
        {
            await MakeTableAsync(Sorted);
            await Task.WhenAll(Enumerable.Range(0, 60).Select(i => PutAsync($"{{'p':{{'S':'{i / 2}'}},'s':{{'S':'{i}'}}}}")));
            string[] whole = Attributes.Texts((await Sdk.ScanAsync(new ScanRequest(Table))).Items);
            List<string> found = [];
            IEnumerable<int> segments = total <= 7 ? Enumerable.Range(0, total) : [0, total - 1];
            foreach (int segment in segments)
            {
                string[] part = await Sdk.ScanAllAsync(new ScanRequest(Table) { Segment = segment, TotalSegments = total, Limit = 3 });
                Assert.That(part, total is 2 or 3 ? Has.Length.GreaterThan(60 / total / 3) : Is.Not.Null, "a fair share");
                found.AddRange(part);
            }

            Assert.That(found, total <= 7 ? Is.EqualTo(whole) : Is.SubsetOf(whole));
        }

        [Test]
        public async Task Filter_OnKeysToo_CountsWhatWasRead()
        {
            await MakeTableAsync(Plain);
            await Task.WhenAll(Enumerable.Range(0, 10).Select(i => PutAsync($"{{'p':{{'S':'{i}'}},'n':{{'N':'{i}'}}}}")));
            ScanResponse reply = await Sdk.ScanAsync(new ScanRequest(Table)
            {
                FilterExpression = "p <> :p AND n BETWEEN :a AND :b",
                ExpressionAttributeValues = Attributes.Item("{':p':{'S':'4'},':a':{'N':'3'},':b':{'N':'5'}}"),
            });
            Assert.That((reply.Count, reply.ScannedCount), Is.EqualTo((2, 10)));
        }

        [Test]
        public async Task Limit_OfExactlyAll_StillSaysThereMayBeMore()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'k'}}");
            ScanResponse reply = await Sdk.ScanAsync(new ScanRequest(Table) { Limit = 1 });
            Assert.That(Attributes.Text(reply.LastEvaluatedKey), Is.EqualTo("{'p':{'S':'k'}}"));
            reply = await Sdk.ScanAsync(new ScanRequest(Table) { Limit = 1, ExclusiveStartKey = reply.LastEvaluatedKey });
            Assert.That(reply.Count, Is.Zero);
            Assert.That(reply.LastEvaluatedKey, Is.Null.Or.Empty);
        }

        [Test]
        public async Task Index_IsScannedPageByPage()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S n:N", "KEYS_ONLY"));
            await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
                PutAsync($"{{'p':{{'S':'{i}'}},'g':{{'S':'{i % 2}'}},'n':{{'N':'{i / 4}'}},'x':{{'S':'x'}}}}")));
            await PutAsync("{'p':{'S':'sparse'}}");
            string[] whole = await Sdk.ScanAllAsync(new ScanRequest(Table) { IndexName = "byG" });
            Assert.That(whole, Has.Length.EqualTo(10));
            Assert.That(whole, Has.None.Contains("'x'"));
            for (int limit = 1; limit <= 11; limit++)
            {
                Assert.That(await Sdk.ScanAllAsync(new ScanRequest(Table) { IndexName = "byG", Limit = limit }), Is.EqualTo(whole));
            }
        }

        [Test]
        public async Task Page_EndsWithTheItemThatCrossesAMebibyte()
        {
            await MakeTableAsync(Plain);
            await Task.WhenAll(
                Enumerable.Range(0, 6).Select(i => PutAsync($"{{'p':{{'S':'{i}'}},'a':{{'S':'{new string('x', 300_000)}'}}}}")));
            ScanResponse reply = await Sdk.ScanAsync(new ScanRequest(Table) { Select = Select.COUNT });
            Assert.That(reply.Count, Is.EqualTo(4));
            Assert.That(reply.LastEvaluatedKey, Has.Count.EqualTo(1));
        }

        [TestCase(false, 1.5)]
        [TestCase(true, 3)]
        public async Task ConsumedCapacity_IsRoundedOncePerPage(bool isConsistent, double expected)
        {
            await MakeTableAsync(Plain);
            await Task.WhenAll(
                Enumerable.Range(0, 9).Select(i => PutAsync($"{{'p':{{'S':'{i}'}},'a':{{'S':'{new string('x', 1000)}'}}}}")));
            ScanRequest request = new(Table) { ConsistentRead = isConsistent, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
            Assert.That((await Sdk.ScanAsync(request)).ConsumedCapacity.CapacityUnits, Is.EqualTo(expected));
        }
    }
}
