using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>Keys of secondary indexes in transactions. Source: answers of the service that a public conformance suite recorded.</summary>
public static class IndexKeyTests
{
    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        private const string Put = "A value specified for a secondary index key is not supported. ";
        private const string Update = "The update expression attempted to update a secondary index key to a value that is not supported. ";

        [TestCase("'Put':{'TableName':'$T','Item':{'p':{'S':'b'},'g':{'S':''}}}", Put, "string value. IndexName: byG, IndexKey: g")]
        [TestCase("'Put':{'TableName':'$T','Item':{'p':{'S':'b'},'h':{'B':''}}}", Put, "binary value. IndexName: byH, IndexKey: h")]
        [TestCase("'Update':{'TableName':'$T','Key':{'p':{'S':'b'}},'UpdateExpression':'SET g = :v','ExpressionAttributeValues':{':v':{'S':''}}}",
            Update, "string value.")]
        [TestCase("'Update':{'TableName':'$T','Key':{'p':{'S':'b'}},'UpdateExpression':'SET h = :v','ExpressionAttributeValues':{':v':{'B':''}}}",
            Update, "binary value.")]
        public async Task EmptyIndexKey_InATransaction_RefusesTheRequest(string action, string cause, string end)
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL").Gsi("byH", "h:B", "ALL"));
            string request = $"{{'TransactItems':[{{'Put':{{'TableName':'$T','Item':{{'p':{{'S':'a'}}}}}}}},{{{action}}}]}}";
            Assert.That((await SendAsync("TransactWriteItems", request)).Error,
                Is.EqualTo($"ValidationException: One or more parameter values are not valid. {cause}"
                    + $"The AttributeValue for a key attribute cannot contain an empty {end}"));
            Assert.That(await ReadAsync("{'p':{'S':'a'}}"), Is.EqualTo("none"));
        }

        [Test]
        public async Task IndexKeyOfAnotherType_InATransaction_CancelsIt()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL"));
            Assert.That(
                (await SendAsync(
                    "TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'$T','Item':{'p':{'S':'b'},'g':{'N':'1'}}}}]}")).Error,
                Does.StartWith("TransactionCanceledException: "));
        }
    }
}
