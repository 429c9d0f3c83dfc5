using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>UpdateItem.</summary>
public static class UpdateItemTests
{
    private const string Key = "{'p':{'S':'k'}}";

    /// <summary>The members of a request that give the values an expression uses, from a list of all there are.</summary>
    private static string Values(string expression, string values)
    {
        IEnumerable<string> used = Attributes.Item(values).Keys
            .Where(name => System.Text.RegularExpressions.Regex.IsMatch(expression, name + @"\b"))
            .Select(name =>
                $"'{name}':{Attributes.Text(new Dictionary<string, AttributeValue> { ["v"] = Attributes.Item(values)[name] })[5..^1]}");
        string text = string.Join(',', used);
        return text.Length == 0 ? "" : $",'ExpressionAttributeValues':{{{text}}}";
    }

    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'Key':'x'}", "Unexpected field type")]
        [TestCase("{'UpdateExpression':12}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'ExpressionAttributeNames':{'#a':12}}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'ReturnItemCollectionMetrics':{}}", "Start of structure or map found where not expected")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("UpdateItem", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("", "The expression can not be empty;")]
        [TestCase("SET name = :s", "Attribute name is a reserved keyword; reserved keyword: name")]
        [TestCase("SET a = dog(b)", "Invalid function name; function: dog")]
        [TestCase("SET a = :s SET b = :s", "The \"SET\" section can only be used once in an update expression;")]
        [TestCase("SET a = :undefined",
            "An expression attribute value used in expression is not defined; attribute value: :undefined")]
        [TestCase("SET a.b = :s REMOVE a", "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            + "path one: [a, b], path two: [a]")]
        [TestCase("SET a.b = :s, a[1] = :s", "Two document paths conflict with each other; must remove or rewrite one of these paths; "
            + "path one: [a, b], path two: [a, [1]]")]
        [TestCase(
            "ADD a :s",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND")]
        [TestCase(
            "ADD a :l",
            "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND")]
        [TestCase(
            "DELETE a :n",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND")]
        [TestCase("SET a = b + :s", "Incorrect operand type for operator or function; operator or function: +, operand type: S")]
        [TestCase("SET a = list_append(b, :s)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: S")]
        [TestCase("SET a = if_not_exists(:s, :s)",
            "Operator or function requires a document path; operator or function: if_not_exists")]
        public async Task Expression_ThatCannotBe_IsRefused(string expression, string text)
        {
            string values = Values(expression, "{':s':{'S':'x'},':n':{'N':'1'},':l':{'L':[]}}");
            WireReply reply = await SendAsync(
                "UpdateItem", $"{{'TableName':'abc','Key':{Key},'UpdateExpression':\"{expression.Replace("\"", "\\\"")}\"{values}}}");
            Assert.That(reply.Error, Is.EqualTo("ValidationException: 1 validation error detected: Invalid UpdateExpression: " + text));
        }

        [Test]
        public async Task Values_WithoutExpression_AreRefused() =>
            Assert.That(
                (await SendAsync(
                    "UpdateItem", $"{{'TableName':'abc','Key':{Key},'ExpressionAttributeValues':{{':a':{{'S':'x'}}}}}}")).Error,
                Is.EqualTo(
                    "ValidationException: 1 validation error detected: ExpressionAttributeValues can only be specified when using expressions"));

        [TestCase("SET p = :s", "One or more parameter values were invalid: Cannot update attribute p. This attribute is part of the key")]
        [TestCase("REMOVE p", "One or more parameter values were invalid: Cannot update attribute p. This attribute is part of the key")]
        [TestCase(
            "SET g = :n", "One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byG")]
        [TestCase("SET g = :empty", "One or more parameter values are not valid. The update expression attempted to update a secondary index "
            + "key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value.")]
        [TestCase("SET g = n", "The update expression attempted to update the secondary index key to unsupported type")]
        [TestCase("SET z.y = :s", "The document path provided in the update expression is invalid for update")]
        [TestCase("SET z[0] = :s", "The document path provided in the update expression is invalid for update")]
        [TestCase("SET n.y = :s", "The document path provided in the update expression is invalid for update")]
        [TestCase("REMOVE z.y", "The document path provided in the update expression is invalid for update")]
        [TestCase("SET a = z", "The provided expression refers to an attribute that does not exist in the item")]
        [TestCase("SET a = z + :n", "The provided expression refers to an attribute that does not exist in the item")]
        [TestCase("SET a = t + :n", "An operand in the update expression has an incorrect data type")]
        [TestCase("SET a = list_append(t, l)", "An operand in the update expression has an incorrect data type")]
        [TestCase("SET a = list_append(z, l)", "The provided expression refers to an attribute that does not exist in the item")]
        [TestCase("ADD t :n", "An operand in the update expression has an incorrect data type")]
        [TestCase("ADD l :n", "An operand in the update expression has an incorrect data type")]
        [TestCase("DELETE t :set", "An operand in the update expression has an incorrect data type")]
        [TestCase("ADD big :n", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
        [TestCase("SET a = huge + huge2", "Number overflow. Attempting to store a number with magnitude larger than supported range")]
        public async Task Update_ThatDoesNotFitTheItem_ChangesNothing(string expression, string text)
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL"));
            await PutAsync(
                "{'p':{'S':'k'},'n':{'N':'1'},'t':{'S':'x'},'l':{'L':[]},'big':{'N':'1e50'},'huge':{'N':'9e125'},'huge2':{'N':'8e125'}}");
            string before = await ReadAsync(Key);
            string values = Values(expression, "{':s':{'S':'x'},':n':{'N':'1'},':empty':{'S':''},':set':{'SS':['x']}}");
            WireReply reply = await SendAsync("UpdateItem", $"{{'TableName':'$T','Key':{Key},'UpdateExpression':'{expression}'{values}}}");
            Assert.That(reply.Error, Is.EqualTo("ValidationException: " + text));
            Assert.That(await ReadAsync(Key), Is.EqualTo(before));
        }

        [Test]
        public async Task Item_LargerThanTheLimit_IsRefused()
        {
            await MakeTableAsync(Plain);
            await PutAsync($"{{'p':{{'S':'k'}},'a':{{'S':'{new string('x', 300_000)}'}}}}");
            WireReply reply = await SendAsync("UpdateItem", $"{{'TableName':'$T','Key':{Key},'UpdateExpression':'SET b = :b',"
                + $"'ExpressionAttributeValues':{{':b':{{'S':'{new string('x', 110_000)}'}}}}}}");
            Assert.That(reply.Error, Is.EqualTo("ValidationException: Item size to update has exceeded the maximum allowed size"));
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("SET a = :s", "{'a':{'S':'x'}}")]
        [TestCase("SET n = n + :n, m.x = n", "{'m':{'M':{'x':{'N':'5'},'y':{'N':'2'}}},'n':{'N':'6'}}")]
        [TestCase("SET a = n - :n", "{'a':{'N':'4'}}")]
        [TestCase("SET a = p", "{'a':{'S':'k'}}")]
        [TestCase("SET a = m", "{'a':{'M':{'x':{'N':'1'},'y':{'N':'2'}}}}")]
        [TestCase("SET a = if_not_exists(z, :s), n = if_not_exists(n, :s)", "{'a':{'S':'x'}}")]
        [TestCase("SET a = if_not_exists(z, if_not_exists(y, n)) + :n", "{'a':{'N':'6'}}")]
        [TestCase("SET l = list_append(l, :l)", "{'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'},{'S':'x'}]}}")]
        [TestCase("SET l = list_append(:l, l)", "{'l':{'L':[{'S':'x'},{'N':'0'},{'N':'1'},{'N':'2'}]}}")]
        [TestCase("SET l[9] = :s, l[7] = :n", "{'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'},{'N':'1'},{'S':'x'}]}}")]
        [TestCase("SET l[1] = l[0], l[0] = l[1]", "{'l':{'L':[{'N':'1'},{'N':'0'},{'N':'2'}]}}")]
        [TestCase("REMOVE l[0], l[1]", "{'l':{'L':[{'N':'2'}]}}")]
        [TestCase("REMOVE l[0] SET l[2] = :s", "{'l':{'L':[{'N':'1'},{'S':'x'}]}}")]
        [TestCase("REMOVE l[9], m.z, z", "{}")]
        [TestCase("REMOVE m.x", "{'m':{'M':{'y':{'N':'2'}}}}")]
        [TestCase("ADD n :n, c :n", "{'c':{'N':'1'},'n':{'N':'6'}}")]
        [TestCase("ADD ss :set, z :set", "{'ss':{'SS':['a','b','c']},'z':{'SS':['b','c']}}")]
        [TestCase("DELETE ss :set", "{'ss':{'SS':['a']}}")]
        [TestCase("DELETE ss :all", "{'ss':none}")]
        [TestCase("DELETE z :set", "{}")]
        [TestCase("ADD m.x :n DELETE ss :set REMOVE l SET a = m.x",
            "{'a':{'N':'1'},'l':none,'m':{'M':{'x':{'N':'2'},'y':{'N':'2'}}},'ss':{'SS':['a']}}")]
        public async Task Expression_ChangesTheItem(string expression, string changes)
        {
            await MakeTableAsync(Plain);
            Dictionary<string, AttributeValue> item =
                Attributes.Item("{'p':{'S':'k'},'n':{'N':'5'},'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]},"
                    + "'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}},'ss':{'SS':['a','b']}}");
            await Sdk.PutItemAsync(Table, item);
            foreach ((string name, AttributeValue? value) in Attributes.Item(changes.Replace("none", "{'NULL':true}")))
            {
                item[name] = value;
                if (value.NULL == true)
                {
                    item.Remove(name);
                }
            }

            string values = Values(expression,
                "{':s':{'S':'x'},':n':{'N':'1'},':l':{'L':[{'S':'x'}]},':set':{'SS':['b','c']},':all':{'SS':['a','b']}}");
            WireReply reply = await SendAsync("UpdateItem",
                $"{{'TableName':'$T','Key':{Key},'UpdateExpression':'{expression}','ReturnValues':'ALL_NEW'{values}}}");
            Assert.That(reply.Error, Is.Null);
            Assert.That(await ReadAsync(Key), Is.EqualTo(Attributes.Text(item)));
            Assert.That(Attributes.Text(Attributes.Item(reply["Attributes"]!)), Is.EqualTo(Attributes.Text(item)));
            Assert.That(Attributes.Text((await Sdk.GetItemAsync(Table, Attributes.Item(Key))).Item), Is.EqualTo(Attributes.Text(item)));
        }

        [TestCase("", "{'p':{'S':'k'}}")]
        [TestCase("SET a = :s", "{'a':{'S':'x'},'p':{'S':'k'}}")]
        [TestCase("ADD c :n", "{'c':{'N':'1'},'p':{'S':'k'}}")]
        [TestCase("REMOVE a", "none")]
        [TestCase("REMOVE a.b.c", "none")]
        [TestCase("DELETE a :set", "none")]
        public async Task Item_ThatDoesNotExist_IsMadeWhenSomethingIsWritten(string expression, string expected)
        {
            await MakeTableAsync(Plain);
            string member = expression.Length == 0 ? "" : $",'UpdateExpression':'{expression}'";
            string values = Values(expression, "{':s':{'S':'x'},':n':{'N':'1'},':set':{'SS':['b']}}");
            WireReply reply = await SendAsync("UpdateItem", $"{{'TableName':'$T','Key':{Key},'ReturnValues':'ALL_NEW'{member}{values}}}");
            Assert.That(reply.Error, Is.Null);
            Assert.That(
                reply["Attributes"] is { } attributes ? Attributes.Text(Attributes.Item(attributes)) : "none", Is.EqualTo(expected));
            Assert.That(await ReadAsync(Key), Is.EqualTo(expected));
        }

        [TestCase("NONE", "SET a = :n", null)]
        [TestCase(
            "ALL_OLD", "SET a = :n",
            "{'a':{'N':'5'},'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]},'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}},'p':{'S':'k'}}")]
        [TestCase("UPDATED_OLD", "SET a = :n, b = :n", "{'a':{'N':'5'}}")]
        [TestCase("UPDATED_OLD", "SET b = :n", null)]
        [TestCase("UPDATED_OLD", "REMOVE a", "{'a':{'N':'5'}}")]
        [TestCase("UPDATED_OLD", "SET m.x = :n", "{'m':{'M':{'x':{'N':'1'}}}}")]
        [TestCase("UPDATED_OLD", "SET a = a", "{'a':{'N':'5'}}")]
        [TestCase("UPDATED_NEW", "SET a = :n, b = :n", "{'a':{'N':'7'},'b':{'N':'7'}}")]
        [TestCase("UPDATED_NEW", "REMOVE a", null)]
        [TestCase("UPDATED_NEW", "SET m.x = :n REMOVE m.y", "{'m':{'M':{'x':{'N':'7'}}}}")]
        [TestCase("UPDATED_NEW", "SET l[2] = :n, l[0] = :n", "{'l':{'L':[{'N':'7'},{'N':'7'}]}}")]
        public async Task ReturnValues_OfEveryKind(string kind, string expression, string? expected)
        {
            await MakeTableAsync(Plain);
            await PutAsync(
                "{'p':{'S':'k'},'a':{'N':'5'},'l':{'L':[{'N':'0'},{'N':'1'},{'N':'2'}]},'m':{'M':{'x':{'N':'1'},'y':{'N':'2'}}}}");
            WireReply reply = await SendAsync("UpdateItem", $"{{'TableName':'$T','Key':{Key},'UpdateExpression':'{expression}',"
                + $"'ReturnValues':'{kind}'{Values(expression, "{':n':{'N':'7'}}")}}}");
            Assert.That(reply.Error, Is.Null);
            Assert.That(reply["Attributes"] is { } attributes ? Attributes.Text(Attributes.Item(attributes)) : null, Is.EqualTo(expected));
        }

        [TestCase("UPDATED_NEW", null)]
        [TestCase("UPDATED_OLD", null)]
        [TestCase("ALL_OLD", null)]
        [TestCase("ALL_NEW", "{'p':{'S':'k'}}")]
        public async Task ReturnValues_OfANewKeyOnlyItem(string kind, string? expected)
        {
            await MakeTableAsync(Plain);
            Assert.That(
                (await SendAsync("UpdateItem", $"{{'TableName':'$T','Key':{Key},'ReturnValues':'{kind}'}}"))["Attributes"],
                Is.EqualTo(expected));
        }

        [Test]
        public async Task Condition_Fails_ChangesNothing()
        {
            await MakeTableAsync(Plain);
            await PutAsync("{'p':{'S':'k'},'a':{'N':'1'}}");
            UpdateItemRequest request = new()
            {
                TableName = Table,
                Key = Attributes.Item(Key),
                UpdateExpression = "SET a = a + :one",
                ConditionExpression = "a > :one",
                ExpressionAttributeValues = Attributes.Item("{':one':{'N':'1'}}"),
                ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
            };
            ConditionalCheckFailedException fault =
                (await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => Sdk.UpdateItemAsync(request)))!;
            Assert.That(Attributes.Text(fault.Item), Is.EqualTo("{'a':{'N':'1'},'p':{'S':'k'}}"));
            Assert.That(await ReadAsync(Key), Is.EqualTo("{'a':{'N':'1'},'p':{'S':'k'}}"));
        }

        [Test]
        public async Task Counter_ManyClients_LosesNothing()
        {
            await MakeTableAsync(Plain);
            UpdateItemRequest request = new()
            {
                TableName = Table,
                Key = Attributes.Item(Key),
                UpdateExpression = "ADD c :one",
                ExpressionAttributeValues = Attributes.Item("{':one':{'N':'1'}}"),
                ReturnValues = ReturnValue.UPDATED_NEW,
            };
            UpdateItemResponse[] replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Sdk.UpdateItemAsync(request)));
            Assert.That(replies.Select(reply => reply.Attributes["c"].N), Is.Unique);
            Assert.That(await ReadAsync(Key), Is.EqualTo("{'c':{'N':'100'},'p':{'S':'k'}}"));
        }

        [TestCase("SET x = :n", 1, 0)]
        [TestCase("SET a = :n", 1, 1)]
        [TestCase("SET g = :s", 1, 2)]
        [TestCase("REMOVE g", 1, 1)]
        public async Task ConsumedCapacity_OfIndexes_IsWhatChangedInThem(string expression, double table, double index)
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "a"));
            await PutAsync("{'p':{'S':'k'},'g':{'S':'g'},'a':{'N':'1'}}");
            WireReply reply = await SendAsync("UpdateItem", $"{{'TableName':'$T','Key':{Key},'UpdateExpression':'{expression}',"
                + $"'ReturnConsumedCapacity':'INDEXES'{Values(expression, "{':n':{'N':'7'},':s':{'S':'x'}}")}}}");
            Assert.That((double?)reply.Body["ConsumedCapacity"]!["Table"]!["CapacityUnits"], Is.EqualTo(table));
            Assert.That(
                (double?)reply.Body["ConsumedCapacity"]!["GlobalSecondaryIndexes"]?["byG"]!["CapacityUnits"] ?? 0, Is.EqualTo(index));
            Assert.That((double?)reply.Body["ConsumedCapacity"]!["CapacityUnits"], Is.EqualTo(table + index));
        }
    }
}
