using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>GetItem.</summary>
public static class GetItemTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'TableName':12}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'TableName':1.5}", "DECIMAL_VALUE cannot be converted to String")]
        [TestCase("{'TableName':true}", "TRUE_VALUE cannot be converted to String")]
        [TestCase("{'TableName':false}", "FALSE_VALUE cannot be converted to String")]
        [TestCase("{'TableName':[]}", "Unrecognized collection type class java.lang.String")]
        [TestCase("{'TableName':{}}", "Start of structure or map found where not expected")]
        [TestCase("{'Key':'x'}", "Unexpected field type")]
        [TestCase("{'Key':[]}",
            "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>")]
        [TestCase("{'Key':{'p':'x'}}", "Unexpected value type in payload")]
        [TestCase("{'Key':{'p':[]}}", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue")]
        [TestCase("{'Key':{'p':{'S':12}}}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'Key':{'p':{'N':12}}}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'Key':{'p':{'B':12}}}", "only base-64-encoded strings are convertible to bytes")]
        [TestCase("{'Key':{'p':{'B':[]}}}", "Unrecognized collection type class java.nio.ByteBuffer")]
        [TestCase("{'Key':{'p':{'B':'abcde'}}}", "Base64 encoded length is expected a multiple of 4 bytes but found: 5")]
        [TestCase("{'ConsistentRead':12}", "NUMBER_VALUE cannot be converted to Boolean")]
        [TestCase("{'ConsistentRead':'dog'}", "Unexpected token received from parser")]
        [TestCase("{'ProjectionExpression':12}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'ExpressionAttributeNames':'x'}", "Unexpected field type")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text)
        {
            WireReply reply = await SendAsync("GetItem", request);
            Assert.That(reply.Error, Is.EqualTo("SerializationException: " + text));
            Assert.That(reply.Status, Is.EqualTo(400));
        }

        [TestCase("'yes'")]
        [TestCase("'TRUE'")]
        [TestCase("'1'")]
        public async Task ConsistentRead_AsText_IsUnderstood(string flag)
        {
            await MakeTableAsync(Plain);
            WireReply reply = await SendAsync(
                "GetItem", $"{{'TableName':'$T','Key':{{'p':{{'S':'a'}}}},'ConsistentRead':{flag},'ReturnConsumedCapacity':'TOTAL'}}");
            Assert.That(reply["ConsumedCapacity.CapacityUnits"], Is.EqualTo("1").Or.EqualTo("1.0"));
        }

        [Test]
        public async Task UnknownMembersAndNulls_AreIgnored()
        {
            await MakeTableAsync(Plain);
            WireReply reply = await SendAsync(
                "GetItem", "{'TableName':'$T','Key':{'p':{'S':'a','X':1}},'Dog':{'a':[1]},'ProjectionExpression':null}");
            Assert.That(reply.Text, Is.EqualTo("{}"));
        }
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{}", "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null; "
            + "Value null at 'key' failed to satisfy constraint: Member must not be null")]
        [TestCase("{'TableName':'','Key':{}}", "1 validation error detected: Value at 'TableName' failed to satisfy constraint: "
            + "Member must have length greater than or equal to 1")]
        [TestCase("{'TableName':'abc','Key':{'p':{}}}",
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a','N':'1'}}}",
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")]
        [TestCase("{'TableName':'abc','Key':{'p':{'N':'dog'}}}", "The parameter cannot be converted to a numeric value: dog")]
        [TestCase("{'TableName':'abc','Key':{'p':{'N':'1e126'}}}",
            "Number overflow. Attempting to store a number with magnitude larger than supported range")]
        [TestCase("{'TableName':'abc','Key':{'p':{'NULL':false}}}",
            "One or more parameter values were invalid: Null attribute value types must have the value of true")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a'}},'ProjectionExpression':''}",
            "Invalid ProjectionExpression: The expression can not be empty;")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a'}},'ProjectionExpression':'name'}",
            "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a'}},'ProjectionExpression':'#a'}", "Invalid ProjectionExpression: "
            + "An expression attribute name used in the document path is not defined; attribute name: #a")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a'}},'ProjectionExpression':'a.b,a'}", "Invalid ProjectionExpression: "
            + "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a'}},'ProjectionExpression':'a','ExpressionAttributeNames':{'#b':'b'}}",
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a'}},'ExpressionAttributeNames':{'#b':'b'}}",
            "ExpressionAttributeNames can only be specified when using expressions")]
        [TestCase("{'TableName':'abc','Key':{'p':{'S':'a'}},'ProjectionExpression':'a','ExpressionAttributeNames':{}}",
            "ExpressionAttributeNames must not be empty")]
        public async Task Request_ThatCannotBe_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("GetItem", request)).Error, Is.EqualTo("ValidationException: " + text));

        [TestCase("{'x':{'S':'a'}}")]
        [TestCase("{'p':{'N':'1'},'s':{'S':'a'}}")]
        [TestCase("{'p':{'S':'a'}}")]
        [TestCase("{'p':{'S':'a'},'s':{'S':'a'},'x':{'S':'a'}}")]
        [TestCase("{}")]
        public async Task Key_OfAnotherSchema_IsRefused(string key)
        {
            await MakeTableAsync(Sorted);
            Assert.That((await SendAsync("GetItem", $"{{'TableName':'$T','Key':{key}}}")).Error,
                Is.EqualTo("ValidationException: The provided key element does not match the schema"));
        }

        [Test]
        public async Task Key_EmptyOrTooLong_IsRefused()
        {
            await MakeTableAsync(Sorted);
            Assert.That(await ErrorAsync("", "a"), Is.EqualTo("ValidationException: One or more parameter values are not valid. "
                + "The AttributeValue for a key attribute cannot contain an empty string value. Key: p"));
            Assert.That(await ErrorAsync(new string('a', 2049), "a"), Is.EqualTo("ValidationException: "
                + "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"));
            Assert.That(await ErrorAsync("a", new string('é', 513)), Is.EqualTo("ValidationException: "
                + "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes"));
            Assert.That(await ErrorAsync(new string('a', 2048), new string('a', 1024)), Is.Null);

            async Task<string?> ErrorAsync(string hash, string range) =>
                (await SendAsync("GetItem", $"{{'TableName':'$T','Key':{{'p':{{'S':'{hash}'}},'s':{{'S':'{range}'}}}}}}")).Error;
        }

        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound()
        {
            WireReply reply = await SendAsync("GetItem", "{'TableName':'$T','Key':{'p':{'S':'a'}}}");
            Assert.That(reply.Error, Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
            Assert.That(reply.Status, Is.EqualTo(400));
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Item_ThatDoesNotExist_IsAbsent()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("GetItem", "{'TableName':'$T','Key':{'p':{'S':'a'}}}")).Text, Is.EqualTo("{}"));
        }

        [TestCase("a", "{'a':{'S':'x'}}")]
        [TestCase("b.c[1],b.c[0]", "{'b':{'M':{'c':{'L':[{'N':'1'},{'N':'2'}]}}}}")]
        [TestCase("b.c[9],a", "{'a':{'S':'x'}}")]
        [TestCase("b.d.e", "{'b':{'M':{'d':{'M':{'e':{'BOOL':true}}}}}}")]
        [TestCase("a.x", "{}")]
        [TestCase("z", "{}")]
        [TestCase("p", "{'p':{'S':'k'}}")]
        public async Task Projection_KeepsTheNesting(string projection, string expected)
        {
            await MakeTableAsync(Plain);
            await PutAsync(
                "{'p':{'S':'k'},'a':{'S':'x'},'b':{'M':{'c':{'L':[{'N':'1'},{'N':'2'},{'N':'3'}]},'d':{'M':{'e':{'BOOL':true}}}}}}");
            GetItemRequest request =
                new() { TableName = Table, Key = Attributes.Item("{'p':{'S':'k'}}"), ProjectionExpression = projection };
            foreach (bool isConsistent in new[] { false, true, false })
            {
                request.ConsistentRead = isConsistent;
                GetItemResponse reply = await Sdk.GetItemAsync(request);
                Assert.That(reply.IsItemSet);
                Assert.That(Attributes.Text(reply.Item), Is.EqualTo(expected));
            }
        }

        [Test]
        public async Task Projection_OfReservedWords_NeedsNames()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'k'},'name':{'S':'x'},'a.b':{'S':'y'}}");
            GetItemResponse reply = await Sdk.GetItemAsync(new GetItemRequest
            {
                TableName = Table,
                Key = Attributes.Item("{'p':{'S':'k'}}"),
                ProjectionExpression = "#n, #ab",
                ExpressionAttributeNames = new() { ["#n"] = "name", ["#ab"] = "a.b" },
            });
            Assert.That(Attributes.Text(reply.Item), Is.EqualTo("{'a.b':{'S':'y'},'name':{'S':'x'}}"));
        }

        [TestCase("1", "1.0")]
        [TestCase("0", "-0")]
        [TestCase("100", "1e2")]
        [TestCase("0.001", "1E-3")]
        public async Task Key_SpeltInAnotherWay_IsTheSameKey(string written, string asked)
        {
            await MakeTableAsync(new TableShape("n:N"));
            await PutAsync($"{{'n':{{'N':'{asked}'}}}}");
            await PutAsync($"{{'n':{{'N':'{written}'}},'a':{{'S':'x'}}}}");
            Assert.That(await ReadAsync($"{{'n':{{'N':'{asked}'}}}}"), Is.EqualTo($"{{'a':{{'S':'x'}},'n':{{'N':'{written}'}}}}"));
        }

        [TestCase(4096, 0.5, 1)]
        [TestCase(4097, 1, 2)]
        [TestCase(409600, 50, 100)]
        public async Task ConsumedCapacity_CountsTheWholeItem(int size, double expected, double consistent)
        {
            await MakeTableAsync(Plain);
            await PutAsync($"{{'p':{{'S':'k'}},'a':{{'S':'{new string('x', size - 3)}'}}}}");
            Assert.That((await CapacityAsync(true, "TOTAL")).CapacityUnits, Is.EqualTo(consistent));
            ConsumedCapacity capacity = await CapacityAsync(false, "INDEXES");
            Assert.That(capacity.TableName, Is.EqualTo(Table));
            Assert.That(capacity.CapacityUnits, Is.EqualTo(Stack.IsCached ? 0 : expected));
            Assert.That(capacity.Table.CapacityUnits, Is.EqualTo(Stack.IsCached ? 0 : expected));

            async Task<ConsumedCapacity> CapacityAsync(bool isConsistent, string kind) => (await Sdk.GetItemAsync(new GetItemRequest
            {
                TableName = Table,
                Key = Attributes.Item("{'p':{'S':'k'}}"),
                ConsistentRead = isConsistent,
                ReturnConsumedCapacity = kind,
                ProjectionExpression = "p",
            })).ConsumedCapacity;
        }

        [TestCase(false, 0.5)]
        [TestCase(true, 1)]
        public async Task ConsumedCapacity_OfAMissingItem_IsTheLeast(bool isConsistent, double expected)
        {
            await MakeTableAsync(Plain);
            GetItemResponse reply = await Sdk.GetItemAsync(new GetItemRequest
            {
                TableName = Table,
                Key = Attributes.Item("{'p':{'S':'k'}}"),
                ConsistentRead = isConsistent,
                ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
            });
            Assert.That(reply.ConsumedCapacity.CapacityUnits, Is.EqualTo(expected));
            Assert.That(reply.ConsumedCapacity.Table, Is.Null);
        }
    }
}
