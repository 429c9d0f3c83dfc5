using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>BatchGetItem.</summary>
public static class BatchGetItemTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'RequestItems':'x'}", "Unexpected field type")]
        [TestCase("{'RequestItems':{'abc':{'Keys':'x'}}}", "Unexpected field type")]
        [TestCase("{'RequestItems':{'abc':{'Keys':{}}}}", "Start of structure or map found where not expected")]
        [TestCase("{'RequestItems':{'abc':{'Keys':[{'p':1}]}}}", "Unexpected value type in payload")]
        [TestCase("{'RequestItems':{'abc':{'ConsistentRead':1}}}", "NUMBER_VALUE cannot be converted to Boolean")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("BatchGetItem", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Tables_OneWithAProjectionAndOneWithAttributesToGet_AreRefused()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("BatchGetItem", "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'}}],'ProjectionExpression':'p'},"
                + "'$T-2':{'Keys':[{'p':{'S':'a'}}],'AttributesToGet':['p']}}}")).Error,
                Is.EqualTo("ValidationException: Can not use both expression and non-expression parameters in the same request: "
                    + "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"));
        }

        /// <summary>
        /// The answer has room for one of them, and what the service does is not known; a part must not be lost silently.
        /// </summary>
        [Test]
        public async Task Table_NamedTwice_IsRefused()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("BatchGetItem", "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'}}]},"
                + "'arn:aws:dynamodb:us-east-1:000000000000:table/$T':{'Keys':[{'p':{'S':'b'}}]}}}")).Error,
                Is.EqualTo($"ValidationException: One or more parameter values were invalid: RequestItems names one table twice: {Table}"));
        }

        [TestCase("[{'p':{'S':'a'}},{'p':{'S':'a'}}]", "Provided list of item keys contains duplicates")]
        [TestCase("[{'p':{'N':'1'}}]", "The provided key element does not match the schema")]
        [TestCase("[{'p':{'S':'a'},'x':{'S':'a'}}]", "The provided key element does not match the schema")]
        [TestCase("[{'p':{'S':''}}]", "One or more parameter values are not valid. "
            + "The AttributeValue for a key attribute cannot contain an empty string value. Key: p")]
        [TestCase("[{'p':{}}]", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
        public async Task Keys_ThatDoNotFit_AreRefused(string keys, string text)
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("BatchGetItem", $"{{'RequestItems':{{'$T':{{'Keys':{keys}}}}}}}")).Error,
                Is.EqualTo("ValidationException: " + text));
        }

        [Test]
        public async Task Keys_OverAHundred_AreRefused()
        {
            string keys = string.Join(',', Enumerable.Range(0, 101).Select(i => $"{{'p':{{'S':'{i}'}}}}"));
            Assert.That((await SendAsync("BatchGetItem", $"{{'RequestItems':{{'$T':{{'Keys':[{keys}]}}}}}}")).Error,
                Does.StartWith("ValidationException: 1 validation error detected: Value at 'RequestItems.t-")
                    .And.EndsWith(".member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100"));
        }

        [Test]
        public async Task Table_ThatDoesNotExist_FailsTheWhole()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("BatchGetItem",
                "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'}}]},'$T-no':{'Keys':[{'p':{'S':'a'}}]}}}")).Error,
                Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Items_ThatExist_ComeBack()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'a'},'n':{'N':'1'}}");
            await PutAsync("{'p':{'S':'b'},'n':{'N':'2'}}");
            BatchGetItemRequest request = new(new Dictionary<string, KeysAndAttributes>
            {
                [Table] = new() { Keys = [.. new[] { "a", "b", "missing" }.Select(key => Attributes.Item($"{{'p':{{'S':'{key}'}}}}"))] },
            });
            for (int i = 0; i < 2; i++)
            {
                BatchGetItemResponse reply = await Sdk.BatchGetItemAsync(request);
                Assert.That(Attributes.Texts(reply.Responses[Table]),
                    Is.EquivalentTo(new[] { "{'n':{'N':'1'},'p':{'S':'a'}}", "{'n':{'N':'2'},'p':{'S':'b'}}" }));
            }
        }

        [Test]
        public async Task Reply_WithoutItems_StillHasBothMembers()
        {
            await MakeTableAsync(Plain);
            string request = "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'}}]}}}";
            for (int i = 0; i < 2; i++)
            {
                WireReply reply = await SendAsync("BatchGetItem", request);
                Assert.That((reply["Responses"], reply["UnprocessedKeys"]), Is.EqualTo(($"{{'{Table}':[]}}", "{}")));
            }
        }

        [Test]
        public async Task Projection_IsPerTable()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'a'},'name':{'S':'x'},'b':{'N':'1'}}");
            string request =
                "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'}}],'ProjectionExpression':'#n','ExpressionAttributeNames':{'#n':'name'}}}}";
            for (int i = 0; i < 2; i++)
            {
                Assert.That((await SendAsync("BatchGetItem", request))["Responses"], Is.EqualTo($"{{'{Table}':[{{'name':{{'S':'x'}}}}]}}"));
            }
        }

        [Test]
        public async Task NumberKeys_InOtherSpellings_AreNoDuplicates()
        {
            await MakeTableAsync(new TableShape("n:N"));
            await PutAsync("{'n':{'N':'1'}}");
            Assert.That(
                (await SendAsync("BatchGetItem", "{'RequestItems':{'$T':{'Keys':[{'n':{'N':'1'}},{'n':{'N':'1.0'}}]}}}")).Error, Is.Null);
        }

        [Test]
        public async Task NumberKeys_InOtherSpellings_AreNoDuplicatesWhateverTheCacheKnows()
        {
            await MakeTableAsync(new TableShape("n:N"));
            await PutAsync("{'n':{'N':'1'}}");
            string request = "{'RequestItems':{'$T':{'Keys':[{'n':{'N':'2'}},{'n':{'N':'2.0'}},{'n':{'N':'1'}},{'n':{'N':'1.0'}}]}}}";
            for (int i = 0; i < 2; i++)
            {
                Assert.That((await SendAsync("BatchGetItem", request))["Responses"],
                    Is.EqualTo($"{{'{Table}':[{{'n':{{'N':'1'}}}},{{'n':{{'N':'1'}}}}]}}"));
            }
        }

        [TestCase(true)]
        [TestCase(false)]
        public async Task Answer_OverSixteenMegabytesOfWholeItems_LeavesTheRestWhateverTheCacheKnows(bool isConsistent)
        {
            await MakeTableAsync(Plain);
            string big = new('x', 400_000);
            await Parallel.ForAsync(0, 44, new ParallelOptions { MaxDegreeOfParallelism = 4 },
                async (i, _) => await PutAsync($"{{'p':{{'S':'{i}'}},'a':{{'S':'{big}'}}}}"));
            for (int round = 0; round < 2; round++)
            {
                Dictionary<string, KeysAndAttributes> wanted = new()
                {
                    [Table] = new()
                    {
                        Keys = [.. Enumerable.Range(0, 44).Select(i => Attributes.Item($"{{'p':{{'S':'{i}'}}}}"))],
                        ProjectionExpression = "p",
                        ConsistentRead = isConsistent,
                    },
                };
                HashSet<string> found = [];
                int calls = 0;
                for (; wanted is { Count: > 0 }; calls++)
                {
                    BatchGetItemResponse reply = await Sdk.BatchGetItemAsync(new BatchGetItemRequest(wanted));
                    found.UnionWith(Attributes.Texts(reply.Responses[Table]));
                    wanted = reply.UnprocessedKeys;
                    Assert.That(
                        wanted.Values.Select(left => (left.ProjectionExpression, left.ConsistentRead ?? false)),
                        Is.All.EqualTo(("p", isConsistent)));
                }

                Assert.That(calls, Is.EqualTo(2), $"round {round}");
                Assert.That(found, Has.Count.EqualTo(44));
            }
        }

        [Test]
        public async Task ConsumedCapacity_IsPerTable()
        {
            await MakeTableAsync(Plain);
            await PutAsync($"{{'p':{{'S':'a'}},'a':{{'S':'{new string('x', 5000)}'}}}}");
            string request = "{'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'}},{'p':{'S':'missing'}}]}},'ReturnConsumedCapacity':'TOTAL'}";
            WireReply consistent = await SendAsync("BatchGetItem", request.Replace("{'Keys'", "{'ConsistentRead':true,'Keys'"));
            Assert.That((double?)consistent.Body["ConsumedCapacity"]![0]!["CapacityUnits"], Is.EqualTo(3));
            await SendAsync("BatchGetItem", request);
            WireReply reply = await SendAsync("BatchGetItem", request);
            Assert.That((double?)reply.Body["ConsumedCapacity"]![0]!["CapacityUnits"], Is.EqualTo(Stack.IsCached ? 0 : 1.5));
            Assert.That(reply["ConsumedCapacity.0.TableName"], Is.EqualTo($"'{Table}'"));
        }
    }
}
