using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>PutItem.</summary>
public static class PutItemTests
{
    private const string Enveloped = "ValidationException: 1 validation error detected: ";

    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'Item':'x'}", "Unexpected field type")]
        [TestCase("{'Item':{'a':{'L':{}}}}", "Start of structure or map found where not expected")]
        [TestCase("{'Item':{'a':{'L':'x'}}}", "Unexpected field type")]
        [TestCase("{'Item':{'a':{'L':['x']}}}", "Unexpected value type in payload")]
        [TestCase("{'Item':{'a':{'M':'x'}}}", "Unexpected field type")]
        [TestCase("{'Item':{'a':{'M':{'b':'x'}}}}", "Unexpected value type in payload")]
        [TestCase("{'Item':{'a':{'SS':'x'}}}", "Unexpected field type")]
        [TestCase("{'Item':{'a':{'SS':[1]}}}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'Item':{'a':{'BS':[1]}}}", "only base-64-encoded strings are convertible to bytes")]
        [TestCase("{'Item':{'a':{'BOOL':1}}}", "NUMBER_VALUE cannot be converted to Boolean")]
        [TestCase("{'Item':{'a':{'NULL':1}}}", "NUMBER_VALUE cannot be converted to Boolean")]
        [TestCase("{'ConditionExpression':1}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'ExpressionAttributeValues':{':a':1}}", "Unexpected value type in payload")]
        [TestCase("{'ReturnValues':1}", "NUMBER_VALUE cannot be converted to String")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("PutItem", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
        [TestCase("{'X':'a'}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
        [TestCase("{'S':'a','BOOL':true}",
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")]
        [TestCase("{'NULL':false}",
            "One or more parameter values were invalid: Null attribute value types must have the value of true")]
        [TestCase("{'SS':[]}", "One or more parameter values were invalid: An string set  may not be empty")]
        [TestCase("{'NS':[]}", "One or more parameter values were invalid: An number set  may not be empty")]
        [TestCase("{'BS':[]}", "One or more parameter values were invalid: Binary sets should not be empty")]
        [TestCase("{'L':[{'SS':[]}]}", "One or more parameter values were invalid: An string set  may not be empty")]
        [TestCase("{'M':{'x':{'L':[{'NS':[]}]}}}", "One or more parameter values were invalid: An number set  may not be empty")]
        [TestCase("{'SS':['b','a','b']}",
            "One or more parameter values were invalid: Input collection [\"a\", \"b\", \"b\"] contains duplicates.")]
        [TestCase("{'NS':['1','1.0']}", "One or more parameter values were invalid: Input collection contains duplicates.")]
        [TestCase("{'BS':['/w==','AA==','AA==']}",
            "One or more parameter values were invalid: Input collection [\"AA==\",\"/w==\",\"AA==\"]of type BS contains duplicates.")]
        [TestCase("{'N':''}", "The parameter cannot be converted to a numeric value: ")]
        [TestCase("{'N':'abc'}", "The parameter cannot be converted to a numeric value: abc")]
        [TestCase("{'N':' 1'}", "The parameter cannot be converted to a numeric value:  1")]
        [TestCase("{'N':'NaN'}", "The parameter cannot be converted to a numeric value: NaN")]
        [TestCase("{'N':'0x1'}", "The parameter cannot be converted to a numeric value: 0x1")]
        [TestCase("{'N':'1e126'}", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
        [TestCase("{'N':'-1e126'}", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
        [TestCase("{'N':'0e126'}", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
        [TestCase("{'N':'1e-131'}", "Number underflow. Attempting to store a number with magnitude smaller than supported range")]
        [TestCase("{'N':'0e-131'}", "Number underflow. Attempting to store a number with magnitude smaller than supported range")]
        [TestCase("{'N':'1e2147483647'}", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
        [TestCase("{'N':'123456789012345678901234567890123456789'}",
            "Attempting to store more than 38 significant digits in a Number")]
        [TestCase("{'NS':['1','dog']}", "The parameter cannot be converted to a numeric value: dog")]
        public async Task Value_ThatCannotBe_IsRefused(string value, string text) =>
            Assert.That((await SendAsync("PutItem", $"{{'TableName':'abc','Item':{{'a':{value}}}}}")).Error, Is.EqualTo(Enveloped + text));

        [TestCase("'ReturnValues':'ALL_NEW'", "ReturnValues can only be ALL_OLD or NONE")]
        [TestCase("'ExpressionAttributeNames':{'#a':'a'}", "ExpressionAttributeNames can only be specified when using expressions")]
        [TestCase("'ExpressionAttributeValues':{':a':{'S':'a'}}",
            "ExpressionAttributeValues can only be specified when using expressions")]
        [TestCase("'ConditionExpression':''", "Invalid ConditionExpression: The expression can not be empty;")]
        [TestCase("'ConditionExpression':'a = :a'", "Invalid ConditionExpression: "
            + "An expression attribute value used in expression is not defined; attribute value: :a")]
        [TestCase("'ConditionExpression':'((a = a))'", "Invalid ConditionExpression: The expression has redundant parentheses;")]
        [TestCase("'ConditionExpression':'dog(a)'", "Invalid ConditionExpression: Invalid function name; function: dog")]
        [TestCase("'ConditionExpression':'size(a)'", "Invalid ConditionExpression: "
            + "The function is not allowed to be used this way in an expression; function: size")]
        [TestCase("'ConditionExpression':'begins_with(a)'", "Invalid ConditionExpression: "
            + "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1")]
        [TestCase("'ConditionExpression':'a = a'", "Invalid ConditionExpression: The first operand must be distinct from the remaining "
            + "operands for this operator or function; operator: =, first operand: [a]")]
        [TestCase("'ConditionExpression':'attribute_exists(a) OR b < :b','ExpressionAttributeValues':{':b':{'L':[]}}",
            "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: <, operand type: L")]
        [TestCase("'ConditionExpression':'attribute_exists(a)','ExpressionAttributeValues':{':a':{'S':'a'},':b':{'S':'a'}}",
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :b}")]
        public async Task Request_ThatCannotBe_IsRefused(string members, string text) =>
            Assert.That((await SendAsync("PutItem", $"{{'TableName':'abc','Item':{{'p':{{'S':'a'}}}},{members}}}")).Error,
                Is.EqualTo(Enveloped + text));

        [Test]
        public async Task Enumerations_AreCollected()
        {
            WireReply reply = await SendAsync("PutItem", "{'TableName':'abc','Item':{},'ReturnValues':'X','ReturnConsumedCapacity':'Y'}");
            Assert.That(reply.Error, Does.StartWith("ValidationException: 2 validation errors detected: "));
            Assert.That(reply.Error, Does.Contain("Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]"));
        }

        [TestCase("{}", "One or more parameter values were invalid: Missing the key p in the item")]
        [TestCase("{'p':{'S':'a'}}", "One or more parameter values were invalid: Missing the key s in the item")]
        [TestCase(
            "{'p':{'N':'1'},'s':{'S':'a'}}", "One or more parameter values were invalid: Type mismatch for key p expected: S actual: N")]
        [TestCase("{'p':{'S':'a'},'s':{'NULL':true}}",
            "One or more parameter values were invalid: Type mismatch for key s expected: S actual: NULL")]
        [TestCase("{'p':{'S':''},'s':{'S':'a'}}", "One or more parameter values are not valid. "
            + "The AttributeValue for a key attribute cannot contain an empty string value. Key: p")]
        [TestCase("{'p':{'S':'a'},'s':{'S':'a'},'g':{'N':'1'}}",
            "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG")]
        [TestCase("{'p':{'S':'a'},'s':{'S':'a'},'g':{'NULL':true}}",
            "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: NULL IndexName: byG")]
        [TestCase("{'p':{'S':'a'},'s':{'S':'a'},'g':{'S':''}}", "One or more parameter values are not valid. "
            + "A value specified for a secondary index key is not supported. "
            + "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byG, IndexKey: g")]
        public async Task Key_ThatDoesNotFit_IsRefused(string item, string text)
        {
            await MakeTableAsync(new TableShape("p:S s:S").Gsi("byG", "g:S", "ALL"));
            Assert.That(
                (await SendAsync("PutItem", $"{{'TableName':'$T','Item':{item}}}")).Error, Is.EqualTo("ValidationException: " + text));
            Assert.That((await Sdk.ScanAsync(new ScanRequest(Table))).Count, Is.Zero);
        }

        [Test]
        public async Task Item_LargerThanTheLimit_IsRefused()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SizedAsync(409_600)).Error, Is.Null);
            Assert.That((await SizedAsync(409_601)).Error, Does.EndWith("Item size has exceeded the maximum allowed size"));

            Task<WireReply> SizedAsync(int size) =>
                SendAsync("PutItem", $"{{'TableName':'$T','Item':{{'p':{{'S':'k'}},'a':{{'S':'{new string('x', size - 3)}'}}}}}}");
        }

        [TestCase(31, true)]
        [TestCase(32, false)]
        public async Task Item_NestedTooDeep_IsRefused(int levels, bool isFine)
        {
            await MakeTableAsync(Plain);
            string value =
                string.Concat(Enumerable.Repeat("{'M':{'a':", levels)) + "{'S':'x'}" + string.Concat(Enumerable.Repeat("}}", levels));
            WireReply reply = await SendAsync("PutItem", $"{{'TableName':'$T','Item':{{'p':{{'S':'k'}},'a':{value}}}}}");
            Assert.That(reply.Error, isFine ? Is.Null : Does.EndWith(
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"));
        }

        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound() =>
            Assert.That((await SendAsync("PutItem", "{'TableName':'$T','Item':{'p':{'S':'a'}}}")).Error,
                Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'S':''}")]
        [TestCase("{'S':'plain'}")]
        [TestCase("{'S':'äöü € 漢字 😀 \\u0000 \\u001f'}")]
        [TestCase("{'N':'0'}")]
        [TestCase("{'B':''}")]
        [TestCase("{'B':'AP9/gA=='}")]
        [TestCase("{'BOOL':true}")]
        [TestCase("{'BOOL':false}")]
        [TestCase("{'NULL':true}")]
        [TestCase("{'SS':['','a','é']}")]
        [TestCase("{'NS':['-1','0','1.5']}")]
        [TestCase("{'BS':['','AA==','/w==']}")]
        [TestCase("{'L':[]}")]
        [TestCase("{'M':{}}")]
        [TestCase("{'L':[{'S':''},{'N':'1'},{'B':''},{'BOOL':false},{'NULL':true},{'SS':['a']},{'L':[{'L':[]}]},{'M':{'x':{'M':{}}}}]}")]
        [TestCase("{'M':{'a.b':{'S':'x'},' ':{'L':[]},'é':{'M':{'name':{'BOOL':true}}}}}")]
        public async Task Value_OfEveryType_ComesBack(string value)
        {
            await MakeTableAsync(Plain);
            string item = $"{{'a':{value},'p':{{'S':'k'}}}}";
            await PutAsync(item);
            string expected = Attributes.Text(Attributes.Item(item));
            Assert.That(await ReadAsync("{'p':{'S':'k'}}"), Is.EqualTo(expected));
            Assert.That(Attributes.Text((await Sdk.GetItemAsync(Table, Attributes.Item("{'p':{'S':'k'}}"))).Item), Is.EqualTo(expected));
            Assert.That(Attributes.Texts((await Sdk.ScanAsync(new ScanRequest(Table))).Items), Is.EqualTo(new[] { expected }));
        }

        [TestCase("5", "5")]
        [TestCase("+5", "5")]
        [TestCase("-0", "0")]
        [TestCase("0.0", "0")]
        [TestCase("0.0e126", "0")]
        [TestCase(".5", "0.5")]
        [TestCase("5.", "5")]
        [TestCase("1.e5", "100000")]
        [TestCase("1E5", "100000")]
        [TestCase("1e+5", "100000")]
        [TestCase("00012.3400", "12.34")]
        [TestCase("-1e-3", "-0.001")]
        [TestCase("0.1e126", "1e125")]
        [TestCase("1e125", "1e125")]
        [TestCase("-1e-130", "-1e-130")]
        [TestCase("9.9999999999999999999999999999999999999E+125", "99999999999999999999999999999999999999e88")]
        [TestCase("12345678901234567890123456789012345678", "12345678901234567890123456789012345678")]
        [TestCase("0.12345678901234567890123456789012345678", "0.12345678901234567890123456789012345678")]
        public async Task Number_InAnySpelling_ComesBackPlain(string written, string expected)
        {
            await MakeTableAsync(Plain);
            await PutAsync($"{{'p':{{'S':'k'}},'a':{{'N':'{written}'}}}}");
            GetItemResponse reply = await Sdk.GetItemAsync(Table, Attributes.Item("{'p':{'S':'k'}}"));
            Assert.That(reply.Item["a"].N, Is.EqualTo(Plainly(expected)));

            static string Plainly(string number)
            {
                if (number.Split('e') is not [string digits, string exponent])
                {
                    return number;
                }

                string sign = digits[0] == '-' ? "-" : "";
                int places = int.Parse(exponent);
                return places > 0 ? digits + new string('0', places) : $"{sign}0.{new string('0', -places - 1)}{digits.TrimStart('-')}";
            }
        }

        [Test]
        public async Task ReturnValues_AllOld_IsTheReplacedItem()
        {
            await MakeTableAsync(Plain);
            Assert.That(
                (await SendAsync("PutItem", "{'TableName':'$T','Item':{'p':{'S':'k'},'a':{'N':'1'}},'ReturnValues':'ALL_OLD'}")).Text,
                Is.EqualTo("{}"));
            PutItemResponse reply = await Sdk.PutItemAsync(Table, Attributes.Item("{'p':{'S':'k'},'b':{'N':'2'}}"), ReturnValue.ALL_OLD);
            Assert.That(Attributes.Text(reply.Attributes), Is.EqualTo("{'a':{'N':'1'},'p':{'S':'k'}}"));
            Assert.That((await SendAsync("PutItem", "{'TableName':'$T','Item':{'p':{'S':'k'}}}")).Text, Is.EqualTo("{}"));
            Assert.That(await ReadAsync("{'p':{'S':'k'}}"), Is.EqualTo("{'p':{'S':'k'}}"));
        }

        [TestCase("attribute_exists(p)", true)]
        [TestCase("attribute_not_exists(p)", false)]
        [TestCase("attribute_not_exists(z)", true)]
        [TestCase("a = :one", true)]
        [TestCase("a <> :one", false)]
        [TestCase("z = :one", false)]
        [TestCase("z <> :one", true)]
        [TestCase("z = y", false)]
        [TestCase("z <> y", true)]
        [TestCase("a BETWEEN :one AND :one", true)]
        [TestCase("a IN (:one, :x)", true)]
        [TestCase("t < :one", false)]
        [TestCase("NOT t < :one", true)]
        [TestCase("begins_with(t, :x)", true)]
        [TestCase("contains(l, :one) AND contains(ss, :x)", true)]
        [TestCase("size(l) = :one", true)]
        [TestCase("attribute_type(a, :type)", true)]
        [TestCase("a = :x OR (t = :x AND NOT a = :x)", false)]
        public async Task Condition_DecidesOnTheItemAsItIs(string condition, bool isMet)
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'k'},'a':{'N':'1'},'t':{'S':'xyz'},'l':{'L':[{'N':'1'}]},'ss':{'SS':['x']}}");
            string values = string.Join(',', new[] { "':one':{'N':'1.0'}", "':x':{'S':'x'}", "':type':{'S':'N'}" }
                .Where(value => condition.Contains(value[1..value.IndexOf("':", 2, StringComparison.Ordinal)])));
            string members = values.Length == 0 ? "" : $",'ExpressionAttributeValues':{{{values}}}";
            WireReply reply = await SendAsync(
                "PutItem", $"{{'TableName':'$T','Item':{{'p':{{'S':'k'}}}},'ConditionExpression':'{condition}'{members}}}");
            Assert.That(reply.Error, isMet ? Is.Null : Is.EqualTo("ConditionalCheckFailedException: The conditional request failed"));
            Assert.That(await ReadAsync("{'p':{'S':'k'}}"), isMet ? Is.EqualTo("{'p':{'S':'k'}}") : Has.Length.GreaterThan(30));
        }

        [Test]
        public async Task Condition_Fails_ReturnsTheItemWhenAsked()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'k'},'a':{'N':'1'}}");
            PutItemRequest request = new()
            {
                TableName = Table,
                Item = Attributes.Item("{'p':{'S':'k'}}"),
                ConditionExpression = "attribute_not_exists(p)",
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            };
            ConditionalCheckFailedException fault =
                (await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => Sdk.PutItemAsync(request)))!;
            Assert.That(Attributes.Text(fault.Item), Is.EqualTo("{'a':{'N':'1'},'p':{'S':'k'}}"));
            WireReply without = await SendAsync(
                "PutItem", "{'TableName':'$T','Item':{'p':{'S':'k'}},'ConditionExpression':'attribute_not_exists(p)'}");
            Assert.That(without["Item"], Is.Null);
            WireReply absent = await SendAsync("PutItem", "{'TableName':'$T','Item':{'p':{'S':'other'}},"
                + "'ConditionExpression':'attribute_exists(p)','ReturnValuesOnConditionCheckFailure':'ALL_OLD'}");
            Assert.That(absent["Item"], Is.Null);
        }

        /// <summary>Answers this large are sent piece by piece.</summary>
        [Test]
        public async Task Condition_FailsOnALargeItem_IsARefusalWithTheItem()
        {
            await MakeTableAsync(Plain);
            string text = new('x', 70_000);
            await PutAsync($"{{'p':{{'S':'k'}},'a':{{'S':'{text}'}}}}");
            for (int i = 0; i < 3; i++)
            {
                WireReply refused = await SendAsync("PutItem", "{'TableName':'$T','Item':{'p':{'S':'k'}},"
                    + "'ConditionExpression':'attribute_not_exists(p)','ReturnValuesOnConditionCheckFailure':'ALL_OLD'}");
                Assert.That(refused.Status, Is.EqualTo(400));
                Assert.That(refused.Error, Is.EqualTo("ConditionalCheckFailedException: The conditional request failed"));
                Assert.That(refused["Item.a.S"], Is.EqualTo($"'{text}'"));
            }
        }

        [TestCase(1024, 1, 1)]
        [TestCase(1025, 1, 2)]
        [TestCase(1, 2500, 3)]
        public async Task ConsumedCapacity_IsOfTheLargerImage(int oldSize, int newSize, double expected)
        {
            await MakeTableAsync(Plain);
            await PutAsync(Sized(oldSize));
            PutItemResponse reply = await Sdk.PutItemAsync(new PutItemRequest
            {
                TableName = Table,
                Item = Attributes.Item(Sized(newSize)),
                ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES,
            });
            Assert.That(reply.ConsumedCapacity.CapacityUnits, Is.EqualTo(expected));
            Assert.That(reply.ConsumedCapacity.Table.CapacityUnits, Is.EqualTo(expected));
            Assert.That(reply.ConsumedCapacity.GlobalSecondaryIndexes, Is.Null.Or.Empty);

            static string Sized(int size) => $"{{'p':{{'S':'k'}},'a':{{'S':'{new string('x', Math.Max(0, size - 3))}'}}}}";
        }

        [TestCase("{'p':{'S':'k'},'s':{'S':'1'}}", 1, 0, 0)]
        [TestCase("{'p':{'S':'k'},'s':{'S':'1'},'g':{'S':'a'}}", 1, 1, 0)]
        [TestCase("{'p':{'S':'k'},'s':{'S':'1'},'g':{'S':'a'},'l':{'N':'1'}}", 1, 1, 1)]
        [TestCase("{'p':{'S':'k'},'s':{'S':'0'},'g':{'S':'b'},'l':{'N':'1'}}", 1, 2, 1)]
        [TestCase("{'p':{'S':'k'},'s':{'S':'0'},'g':{'S':'b'},'l':{'N':'2'}}", 1, 2, 2)]
        [TestCase("{'p':{'S':'k'},'s':{'S':'0'},'g':{'S':'a'},'l':{'N':'1'},'x':{'S':'y'}}", 1, 0, 1)]
        [TestCase("{'p':{'S':'k'},'s':{'S':'0'}}", 1, 1, 1)]
        public async Task ConsumedCapacity_OfIndexes_IsWhatChangedInThem(string item, double table, double global, double local)
        {
            await MakeTableAsync(new TableShape("p:S s:S").Lsi("byL", "p:S l:N", "ALL").Gsi("byG", "g:S", "KEYS_ONLY"));
            await PutAsync("{'p':{'S':'k'},'s':{'S':'0'},'g':{'S':'a'},'l':{'N':'1'}}");
            ConsumedCapacity capacity = (await Sdk.PutItemAsync(new PutItemRequest
            {
                TableName = Table,
                Item = Attributes.Item(item),
                ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES,
            })).ConsumedCapacity;
            Assert.That(capacity.Table.CapacityUnits, Is.EqualTo(table));
            Assert.That(capacity.GlobalSecondaryIndexes?.GetValueOrDefault("byG")?.CapacityUnits ?? 0, Is.EqualTo(global));
            Assert.That(capacity.LocalSecondaryIndexes?.GetValueOrDefault("byL")?.CapacityUnits ?? 0, Is.EqualTo(local));
            Assert.That(capacity.CapacityUnits, Is.EqualTo(table + global + local));
            Assert.That(capacity.GlobalSecondaryIndexes?.Count ?? 0, Is.EqualTo(global > 0 ? 1 : 0));
        }

        [Test]
        public async Task ItemCollectionMetrics_OnlyWithALocalIndex()
        {
            await MakeTableAsync(new TableShape("p:S s:S").Lsi("byL", "p:S l:N", "ALL"));
            PutItemResponse reply = await Sdk.PutItemAsync(new PutItemRequest
            {
                TableName = Table,
                Item = Attributes.Item("{'p':{'S':'k'},'s':{'S':'1'}}"),
                ReturnItemCollectionMetrics = ReturnItemCollectionMetrics.SIZE,
            });
            Assert.That(Attributes.Text(reply.ItemCollectionMetrics.ItemCollectionKey), Is.EqualTo("{'p':{'S':'k'}}"));
            Assert.That(reply.ItemCollectionMetrics.SizeEstimateRangeGB, Is.EqualTo(new[] { 0.0, 1.0 }));
        }

        [Test]
        public async Task ItemCollectionMetrics_WithoutALocalIndex_AreAbsent()
        {
            await MakeTableAsync(Sorted);
            Assert.That(
                (await SendAsync(
                    "PutItem", "{'TableName':'$T','Item':{'p':{'S':'k'},'s':{'S':'1'}},'ReturnItemCollectionMetrics':'SIZE'}")).Text,
                Is.EqualTo("{}"));
        }
    }
}
