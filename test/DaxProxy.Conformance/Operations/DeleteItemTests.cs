using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>DeleteItem.</summary>
public static class DeleteItemTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'Key':'x'}", "Unexpected field type")]
        [TestCase("{'Key':{'p':{'S':1}}}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'ReturnValues':true}", "TRUE_VALUE cannot be converted to String")]
        [TestCase("{'ExpressionAttributeValues':1}", "Unexpected field type")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("DeleteItem", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("'ReturnValues':'ALL_NEW'", "ReturnValues can only be ALL_OLD or NONE")]
        [TestCase("'ReturnValues':'UPDATED_OLD'", "ReturnValues can only be ALL_OLD or NONE")]
        [TestCase("'ConditionExpression':'a ='",
            "Invalid ConditionExpression: Syntax error; token: \"<EOF>\", near: \"=\"")]
        [TestCase("'ConditionExpression':'name = name'", "Invalid ConditionExpression: "
            + "Attribute name is a reserved keyword; reserved keyword: name")]
        public async Task Request_ThatCannotBe_IsRefused(string members, string text) =>
            Assert.That((await SendAsync("DeleteItem", $"{{'TableName':'abc','Key':{{'p':{{'S':'a'}}}},{members}}}")).Error,
                Is.EqualTo("ValidationException: 1 validation error detected: " + text));

        [TestCase("{'p':{'N':'1'}}", "The provided key element does not match the schema")]
        [TestCase("{'p':{'S':'a'},'x':{'S':'a'}}", "The provided key element does not match the schema")]
        [TestCase("{'p':{'S':''}}", "One or more parameter values are not valid. "
            + "The AttributeValue for a key attribute cannot contain an empty string value. Key: p")]
        public async Task Key_ThatDoesNotFit_IsRefused(string key, string text)
        {
            await MakeTableAsync(Plain);
            Assert.That(
                (await SendAsync("DeleteItem", $"{{'TableName':'$T','Key':{key}}}")).Error, Is.EqualTo("ValidationException: " + text));
        }

        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound() =>
            Assert.That((await SendAsync("DeleteItem", "{'TableName':'$T','Key':{'p':{'S':'a'}}}")).Error,
                Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        private const string Key = "{'p':{'S':'k'}}";

        [Test]
        public async Task Item_IsGone()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'k'},'a':{'N':'1'}}");
            await Sdk.GetItemAsync(Table, Attributes.Item(Key));
            DeleteItemResponse reply = await Sdk.DeleteItemAsync(Table, Attributes.Item(Key), ReturnValue.ALL_OLD);
            Assert.That(Attributes.Text(reply.Attributes), Is.EqualTo("{'a':{'N':'1'},'p':{'S':'k'}}"));
            Assert.That(await ReadAsync(Key), Is.EqualTo("none"));
            Assert.That((await Sdk.GetItemAsync(Table, Attributes.Item(Key))).IsItemSet, Is.False);
        }

        [Test]
        public async Task Item_ThatDoesNotExist_IsNoError()
        {
            await MakeTableAsync(Plain);
            Assert.That(
                (await SendAsync("DeleteItem", $"{{'TableName':'$T','Key':{Key},'ReturnValues':'ALL_OLD'}}")).Text, Is.EqualTo("{}"));
        }

        [Test]
        public async Task Condition_Fails_KeepsTheItemAndReturnsItWhenAsked()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'k'},'a':{'N':'1'}}");
            WireReply reply = await SendAsync("DeleteItem", $"{{'TableName':'$T','Key':{Key},'ConditionExpression':'a > :a',"
                + "'ExpressionAttributeValues':{':a':{'N':'1'}},'ReturnValuesOnConditionCheckFailure':'ALL_OLD'}");
            Assert.That(reply.Error, Is.EqualTo("ConditionalCheckFailedException: The conditional request failed"));
            Assert.That(reply["Item.a.N"], Is.EqualTo("'1'"));
            Assert.That(await ReadAsync(Key), Is.EqualTo("{'a':{'N':'1'},'p':{'S':'k'}}"));
        }

        [TestCase(0, 1, 0)]
        [TestCase(1500, 2, 1)]
        public async Task ConsumedCapacity_IsOfTheOldImage(int size, double table, double index)
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "KEYS_ONLY"));
            if (size > 0)
            {
                await PutAsync($"{{'p':{{'S':'k'}},'g':{{'S':'x'}},'a':{{'S':'{new string('x', size)}'}}}}");
            }

            ConsumedCapacity capacity = (await Sdk.DeleteItemAsync(new DeleteItemRequest
            {
                TableName = Table,
                Key = Attributes.Item(Key),
                ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES,
            })).ConsumedCapacity;
            Assert.That(capacity.Table.CapacityUnits, Is.EqualTo(table));
            Assert.That(capacity.GlobalSecondaryIndexes?.GetValueOrDefault("byG")?.CapacityUnits ?? 0, Is.EqualTo(index));
            Assert.That(capacity.CapacityUnits, Is.EqualTo(table + index));
        }

        [Test]
        public async Task ItemCollectionMetrics_OnlyWithALocalIndex()
        {
            await MakeTableAsync(new TableShape("p:S s:S").Lsi("byL", "p:S l:N", "ALL"));
            await PutAsync("{'p':{'S':'k'},'s':{'S':'1'}}");
            WireReply reply = await SendAsync(
                "DeleteItem", "{'TableName':'$T','Key':{'p':{'S':'k'},'s':{'S':'1'}},'ReturnItemCollectionMetrics':'SIZE'}");
            Assert.That(reply["ItemCollectionMetrics.ItemCollectionKey"], Is.EqualTo("{'p':{'S':'k'}}"));
        }
    }
}
