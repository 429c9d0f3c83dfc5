using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// Query: what is refused. See also <see cref="QueryKeyTests"/>, <see cref="QueryPageTests"/> and <see cref="QueryIndexTests"/>.
/// </summary>
public static class QueryTests
{
    private const string Envelope = "1 validation error detected: ";

    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'Limit':'1'}", "STRING_VALUE cannot be converted to Integer")]
        [TestCase("{'Select':1}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'IndexName':[]}", "Unrecognized collection type class java.lang.String")]
        [TestCase("{'ScanIndexForward':'dog'}", "Unexpected token received from parser")]
        [TestCase("{'ExclusiveStartKey':1}", "Unexpected field type")]
        [TestCase("{'KeyConditionExpression':{}}", "Start of structure or map found where not expected")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("Query", request)).Error, Is.EqualTo("SerializationException: " + text));

        [Test]
        public async Task Limit_WithAFraction_IsFloored()
        {
            await MakeTableAsync(Sorted);
            await PutAsync("{'p':{'S':'k'},'s':{'S':'1'}}");
            await PutAsync("{'p':{'S':'k'},'s':{'S':'2'}}");
            WireReply reply = await SendAsync("Query",
                "{'TableName':'$T','Limit':1.9,'KeyConditionExpression':'p=:p','ExpressionAttributeValues':{':p':{'S':'k'}}}");
            Assert.That(reply["Count"], Is.EqualTo("1"));
        }
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase(
            "'Limit':0", Envelope + "Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1")]
        [TestCase("'KeyConditionExpression':''", "Invalid KeyConditionExpression: The expression can not be empty;")]
        [TestCase("'KeyConditionExpression':'p = :undefined'", "Invalid KeyConditionExpression: "
            + "An expression attribute value used in expression is not defined; attribute value: :undefined")]
        [TestCase("'FilterExpression':'size(a)'", "Invalid FilterExpression: "
            + "The function is not allowed to be used this way in an expression; function: size")]
        [TestCase("'Select':'SPECIFIC_ATTRIBUTES'",
            Envelope + "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")]
        [TestCase("'Select':'ALL_ATTRIBUTES','ProjectionExpression':'a'",
            Envelope + "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES")]
        [TestCase("'Select':'COUNT','ProjectionExpression':'a'",
            Envelope + "Cannot specify the ProjectionExpression when choosing to get only the Count")]
        [TestCase("'Select':'ALL_PROJECTED_ATTRIBUTES'",
            Envelope + "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")]
        public async Task Request_ThatCannotBe_IsRefused(string members, string text)
        {
            string condition = members.Contains("KeyCondition")
                ? ""
                : ",'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'k'}}";
            Assert.That(
                (await SendAsync("Query", $"{{'TableName':'abc',{members}{condition}}}")).Error,
                Is.EqualTo("ValidationException: " + text));
        }

        [TestCase("s = :k", "Query condition missed key schema element: p")]
        [TestCase("p > :k", "Query key condition not supported")]
        [TestCase("p = :k AND s <> :k", "Invalid operator used in KeyConditionExpression: <>")]
        [TestCase("p = :k OR s = :k", "Invalid operator used in KeyConditionExpression: OR")]
        [TestCase("p = :k AND contains(s, :k)", "Invalid operator used in KeyConditionExpression: contains")]
        [TestCase("p = :k AND x = :k", "Query condition missed key schema element: s")]
        [TestCase("p = :n", "One or more parameter values were invalid: Condition parameter type does not match schema type")]
        [TestCase("p = :k AND s = :n", "One or more parameter values were invalid: Condition parameter type does not match schema type")]
        [TestCase("p = :empty", "One or more parameter values are not valid. "
            + "The AttributeValue for a key attribute cannot contain an empty string value. Key: p")]
        public async Task KeyCondition_ThatDoesNotFit_IsRefused(string condition, string text)
        {
            await MakeTableAsync(Sorted);
            string values = string.Join(',', new[] { "':k':{'S':'k'}", "':n':{'N':'1'}", "':empty':{'S':''}" }
                .Where(value => (condition + ' ').Replace(')', ' ').Contains(
                    value[1..value.IndexOf("':", 2, StringComparison.Ordinal)] + ' ')));
            Assert.That((await SendAsync("Query",
                $"{{'TableName':'$T','KeyConditionExpression':'{condition}','ExpressionAttributeValues':{{{values}}}}}")).Error,
                Is.EqualTo("ValidationException: " + text));
        }

        [TestCase("'IndexName':'nope'", "The table does not have the specified index: nope")]
        [TestCase("'FilterExpression':'s = :p'", "Filter Expression can only contain non-primary key attributes: Primary key attribute: s")]
        [TestCase("'IndexName':'some','Select':'ALL_ATTRIBUTES'", "One or more parameter values were invalid: Select type ALL_ATTRIBUTES "
            + "is not supported for global secondary index some because its projection type is not ALL")]
        [TestCase("'IndexName':'some','ProjectionExpression':'z'",
            "One or more parameter values were invalid: Global secondary index some does not project [z]")]
        [TestCase("'IndexName':'some','FilterExpression':'z = :p'",
            "One or more parameter values were invalid: Global secondary index some does not project [z]")]
        [TestCase("'IndexName':'some','ConsistentRead':true", "Consistent reads are not supported on global secondary indexes")]
        [TestCase("'ExclusiveStartKey':{'p':{'S':'k'}}", "The provided starting key is invalid")]
        [TestCase("'ExclusiveStartKey':{'p':{'S':'k'},'s':{'S':'a'},'x':{'S':'a'}}", "The provided starting key is invalid")]
        [TestCase("'ExclusiveStartKey':{'p':{'S':'k'},'s':{'N':'1'}}",
            "The provided starting key is invalid: The provided key element does not match the schema")]
        [TestCase("'ExclusiveStartKey':{'p':{'S':'other'},'s':{'S':'a'}}",
            "The provided starting key is outside query boundaries based on provided conditions")]
        [TestCase("'ExclusiveStartKey':{'p':{'S':'k'},'s':{}}", "The provided starting key is invalid: "
            + "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
        [TestCase("'ExclusiveStartKey':{'p':{'S':'k'},'s':{'N':'dog'}}", "The parameter cannot be converted to a numeric value: dog")]
        public async Task Request_ThatDoesNotFitTheTable_IsRefused(string members, string text)
        {
            await MakeTableAsync(new TableShape("p:S s:S").Gsi("some", "p:S", "a"));
            Assert.That((await SendAsync("Query",
                $"{{'TableName':'$T','KeyConditionExpression':'p=:p','ExpressionAttributeValues':{{':p':{{'S':'k'}}}},{members}}}")).Error,
                Is.EqualTo("ValidationException: " + text));
        }

        [TestCase("k", "b", "The provided starting key does not match the range key predicate")]
        [TestCase("other", "a", "The query can return at most one row and cannot be restarted")]
        public async Task StartKey_OutsideTheRange_IsRefused(string hash, string range, string text)
        {
            await MakeTableAsync(Sorted);
            Assert.That(
                (await SendAsync("Query", "{'TableName':'$T','KeyConditionExpression':'p=:p AND s < :s','ExpressionAttributeValues':"
                    + $"{{':p':{{'S':'k'}},':s':{{'S':'b'}}}},'ExclusiveStartKey':{{'p':{{'S':'{hash}'}},'s':{{'S':'{range}'}}}}}}")).Error,
                Is.EqualTo("ValidationException: " + text));
        }

        [Test]
        public async Task StartKey_OfAHashTable_IsRefused()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("Query", "{'TableName':'$T','KeyConditionExpression':'p=:p','ExpressionAttributeValues':"
                + "{':p':{'S':'k'}},'ExclusiveStartKey':{'p':{'S':'k'}}}")).Error,
                Is.EqualTo(
                    "ValidationException: The provided exclusive start key is invalid: ExclusiveStartKey: {p=AttributeValue: {S:k}}"));
        }

        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound() =>
            Assert.That((await SendAsync("Query",
                "{'TableName':'$T','KeyConditionExpression':'p=:p','ExpressionAttributeValues':{':p':{'S':'k'}}}")).Error,
                Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
    }
}
