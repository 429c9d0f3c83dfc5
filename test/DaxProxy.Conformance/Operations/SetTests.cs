using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>Sets in every place that takes a value.</summary>
public static class SetTests
{
    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        private const string Invalid = "One or more parameter values were invalid: ";

        // Both texts are recorded answers of the service. The one for binaries is of the time when no member could be empty.
        [TestCase("{'SS':['a',null]}", Invalid + "An string set may not have a null string as a member")]
        [TestCase("{'SS':[null]}", Invalid + "An string set may not have a null string as a member")]
        [TestCase("{'BS':['YQ==',null]}", Invalid + "Binary sets may not contain null or empty values")]
        public async Task NullMember_IsRefused(string set, string text)
        {
            await MakeTableAsync(Plain);
            (string Operation, string Request)[] requests =
            [
                ("PutItem", "{'TableName':'$T','Item':{'p':{'S':'a'},'x':#}}"),
                ("PutItem", "{'TableName':'$T','Item':{'p':{'S':'a'},'x':{'M':{'y':{'L':[#]}}}}}"),
                ("PutItem", "{'TableName':'$T','Item':{'p':{'S':'a'}},'ConditionExpression':'x = :x','ExpressionAttributeValues':{':x':#}}"),
                ("PutItem", "{'TableName':'$T','Item':{'p':{'S':'a'}},'Expected':{'x':{'Value':#}}}"),
                ("UpdateItem", "{'TableName':'$T','Key':{'p':{'S':'a'}},'UpdateExpression':'SET x = :x','ExpressionAttributeValues':{':x':#}}"),
                ("UpdateItem", "{'TableName':'$T','Key':{'p':{'S':'a'}},'UpdateExpression':'ADD x :x','ExpressionAttributeValues':{':x':#}}"),
                ("UpdateItem", "{'TableName':'$T','Key':{'p':{'S':'a'}},'AttributeUpdates':{'x':{'Value':#,'Action':'PUT'}}}"),
                ("BatchWriteItem", "{'RequestItems':{'$T':[{'PutRequest':{'Item':{'p':{'S':'a'},'x':#}}}]}}"),
                ("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'$T','Item':{'p':{'S':'a'},'x':#}}}]}"),
                ("ExecuteStatement", "{'Statement':'INSERT INTO \\u0022$T\\u0022 VALUE {\\u0027p\\u0027:\\u0027a\\u0027,\\u0027x\\u0027:?}','Parameters':[#]}"),
            ];
            foreach ((string operation, string request) in requests)
            {
                string? error = (await SendAsync(operation, request.Replace("#", set, StringComparison.Ordinal))).Error;
                Assert.That(error, Does.StartWith("ValidationException: ").And.Contain(text), operation + " " + request);
            }

            Assert.That(await ReadAsync("{'p':{'S':'a'}}"), Is.EqualTo("none"));
        }
    }
}
