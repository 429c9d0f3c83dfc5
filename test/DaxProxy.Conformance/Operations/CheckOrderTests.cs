using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// Which of several faults of a request is reported, and in which words. Sources: paritysuite/dynamodb-conformance
/// (<c>tests/tier3/validation-ordering</c>, <c>error-messages</c> and <c>limits</c>, captured in October 2026) and the answers that
/// architect/dynalite recorded.
/// </summary>
public sealed class CheckOrderTests(Stack stack) : ConformanceTest(stack)
{
    private const string One = "1 validation error detected: ";
    private const string Two = "2 validation errors detected: ";
    private const string Capacity =
        "Value 'BOGUS' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]";

    private const string MapKeys = "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
        + "Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";

    private const string Names = "ExpressionAttributeNames can only be specified when using expressions";
    private const string NotNumeric = "The parameter cannot be converted to a numeric value: ";
    private const string Overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
    private const string Underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    private const string TwoKeys = "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}]";
    private const string ShortName = "failed to satisfy constraint: Member must have length greater than or equal to 3";
    private const string TooDeep =
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

    private const string LongToken = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    [TestCase("BatchGetItem", "{'RequestItems':{}}",
        One + "Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [TestCase("BatchGetItem", "{'RequestItems':{'bad!name':{'Keys':[{'pk':{'S':'a'}}]}}}",
        One + "Value '{\"bad!name\":{\"Keys\":[{\"pk\":{\"S\":\"a\"}}]}}' at 'requestItems' failed to satisfy constraint: " + MapKeys)]
    [TestCase(
        "BatchWriteItem", "{'RequestItems':{'bad!name':[{'PutRequest':{'Item':{'pk':{'S':'a'}}}}]},'ReturnConsumedCapacity':'BOGUS'}",
        One + Capacity)]
    [TestCase("BatchWriteItem", "{'RequestItems':{}}", "The requestItems parameter is required for BatchWriteItem")]
    [TestCase("CreateTable",
        "{'TableName':'abc','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]," + TwoKeys
        + ",'LocalSecondaryIndexes':[{'IndexName':'aa'," + TwoKeys + ",'Projection':{'ProjectionType':'ALL'}}],"
        + "'GlobalSecondaryIndexes':[{'IndexName':'zz'," + TwoKeys + ",'Projection':{'ProjectionType':'ALL'}}]}",
        Two + "Value 'zz' at 'globalSecondaryIndexes.1.member.indexName' " + ShortName
        + "; Value 'aa' at 'localSecondaryIndexes.1.member.indexName' " + ShortName)]
    [TestCase("TransactWriteItems",
        "{'TransactItems':[{'Put':{'TableName':'abc','Item':{'pk':{'S':'a'}}}}],'ClientRequestToken':'" + LongToken
            + "','ReturnConsumedCapacity':'BOGUS'}",
        Two + "Value '" + LongToken
            + "' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36; " + Capacity)]
    [TestCase("Query", "{'TableName':'abc','KeyConditions':{'pk':{'ComparisonOperator':'EQ','AttributeValueList':[{'S':'a'}]}},"
        + "'QueryFilter':{'b':{'ComparisonOperator':'NULL'},'c':{'ComparisonOperator':'NULL'}},'ConditionalOperator':'XOR','Select':'BOGUS'}",
        "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")]
    [TestCase("Query", "{'TableName':'abc','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'x'}},"
        + "'Select':'ALL_PROJECTED_ATTRIBUTES','ProjectionExpression':'a'}",
        One + "Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES")]
    [TestCase("Scan", "{'TableName':'abc','Select':'ALL_PROJECTED_ATTRIBUTES','ProjectionExpression':'a'}",
        "Cannot specify the ProjectionExpression when choosing to get ALL_PROJECTED_ATTRIBUTES")]
    public async Task Request_WithFaultsOfItsMembers_IsRefused(string operation, string request, string text) =>
        Assert.That((await SendAsync(operation, request)).Error, Is.EqualTo("ValidationException: " + text));

    [TestCase("Scan", "'ScanFilter':{'a':{'ComparisonOperator':'EQ','AttributeValueList':[{}]}},'Segment':1,'AttributesToGet':['a','a'],"
        + "'ExclusiveStartKey':{'a':{}},'ConditionalOperator':'OR','Select':'SPECIFIC_ATTRIBUTES','ExpressionAttributeNames':{},'ExpressionAttributeValues':{}",
        Names)]
    [TestCase("Scan", "'ScanFilter':{'a':{'ComparisonOperator':'EQ','AttributeValueList':[{}]}},'ConditionalOperator':'OR','ExpressionAttributeValues':{}",
        "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null")]
    [TestCase("Scan", "'FilterExpression':'','ExpressionAttributeNames':{},'ExpressionAttributeValues':{},'ExclusiveStartKey':{'a':{}}",
        "The provided starting key is invalid: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
    [TestCase("Query", "'QueryFilter':{'a':{'ComparisonOperator':'EQ','AttributeValueList':[{}]}},'ConditionalOperator':'OR','ExpressionAttributeNames':{}", Names)]
    [TestCase("GetItem", "'Key':{'a':{}},'AttributesToGet':['a','a'],'ExpressionAttributeNames':{}", Names)]
    [TestCase("GetItem", "'Key':{'a':{}},'ProjectionExpression':'','ExpressionAttributeNames':{}",
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
    [TestCase("UpdateItem", "'Key':{'a':{}},'Expected':{'a':{}},'ExpressionAttributeNames':{},'ExpressionAttributeValues':{}", One + Names)]
    [TestCase("PutItem", "'Item':{'a':{}},'Expected':{'a':{}},'ExpressionAttributeNames':{},'ExpressionAttributeValues':{}", One + Names)]
    [TestCase("DeleteItem", "'Key':{'a':{}},'Expected':{'a':{}},'ExpressionAttributeNames':{},'ExpressionAttributeValues':{}", One + Names)]
    public async Task NamesAndValues_BesideNoExpression_AreRefusedBeforeWhatTheRequestSays(string operation, string members, string text) =>
        Assert.That((await SendAsync(operation, $"{{'TableName':'abc',{members}}}")).Error, Is.EqualTo("ValidationException: " + text));

    [TestCase("Query", "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'k'}},'IndexName':'some','Select':'ALL_ATTRIBUTES'",
        "The provided starting key is invalid")]
    [TestCase("Query", "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'k'}},'FilterExpression':'p = :p'",
        "The provided starting key is invalid")]
    [TestCase("Query", "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'k'}},'IndexName':'none'",
        "The table does not have the specified index: none")]
    [TestCase("Scan", "'IndexName':'some','Select':'ALL_ATTRIBUTES'", "The provided starting key is invalid")]
    [TestCase("Scan", "'IndexName':'none'", "The provided starting key is invalid")]
    [TestCase(
        "Scan", "'ProjectionExpression':'p.x'", "The provided starting key is invalid: The provided key element does not match the schema")]
    public async Task StartKey_ThatDoesNotFit_IsRefusedBeforeWhatIsSelected(string operation, string members, string text)
    {
        await MakeTableAsync(new TableShape("p:S s:S").Gsi("some", "p:S", "a"));
        Assert.That((await SendAsync(operation, $"{{'TableName':'$T',{members},'ExclusiveStartKey':{{'q':{{'S':'x'}}}}}}")).Error,
            Is.EqualTo("ValidationException: " + text));
    }

    [TestCase("TransactWriteItems", "{'TransactItems':[{'Put':{'TableName':'abc','Item':{'p':{'S':'a'},'d':#,'':{'S':'x'}}}}]}", "Empty attribute name")]
    [TestCase("TransactWriteItems", "{'TransactItems':[{'Delete':{'TableName':'abc','Key':{'p':#},'ConditionExpression':'a = = b'}}]}",
        "Invalid ConditionExpression: Syntax error; token: \"=\", near: \"= = b\"")]
    [TestCase("TransactWriteItems", "{'TransactItems':[{'Delete':{'TableName':'abc','Key':{'p':#}}}]}", TooDeep)]
    [TestCase("Scan", "{'TableName':'abc','ScanFilter':{'a':{'ComparisonOperator':'EQ','AttributeValueList':[#]}},'ConditionalOperator':'AND'}", TooDeep)]
    public async Task ValueThatIsTooDeep_BesideAnotherFault_IsRefused(string operation, string request, string text)
    {
        string deep = string.Concat(Enumerable.Repeat("{'M':{'n':", 100)) + "{'S':'x'}" + new string('}', 200);
        Assert.That(
            (await SendAsync(operation, request.Replace("#", deep, StringComparison.Ordinal))).Error,
            Is.EqualTo("ValidationException: " + text));
    }

    [TestCase("p = :n", "'FilterExpression':'p = :n'", "One or more parameter values were invalid: Condition parameter type does not match schema type")]
    [TestCase("p > :p", "'IndexName':'some','Select':'ALL_ATTRIBUTES'", "Query key condition not supported")]
    public async Task KeyCondition_ThatDoesNotFit_IsRefusedBeforeWhatIsSelected(string condition, string members, string text)
    {
        await MakeTableAsync(new TableShape("p:S s:S").Gsi("some", "p:S", "a"));
        string value = condition.Contains(":n", StringComparison.Ordinal) ? "':n':{'N':'1'}" : "':p':{'S':'k'}";
        Assert.That((await SendAsync("Query",
            $"{{'TableName':'$T','KeyConditionExpression':'{condition}','ExpressionAttributeValues':{{{value}}},{members}}}")).Error,
            Is.EqualTo("ValidationException: " + text));
    }

    /// <summary>The grammar in Amazon's DAX clients refuses the outer pair when it closes, whatever follows.</summary>
    [TestCase("((a = :v)) AND", "The expression has redundant parentheses;")]
    [TestCase("a = :v AND ((b = :v)) b", "The expression has redundant parentheses;")]
    [TestCase("a = = :v AND ((b = :v))", "Syntax error; token: \"=\", near: \"= = :v\"")]
    [TestCase("((a = :v)", "Syntax error; token: \"<EOF>\", near: \")\"")]
    public async Task RedundantParentheses_BeforeAnErrorOfSyntax_AreWhatIsRefused(string filter, string text) => Assert.That(
        (await SendAsync(
            "Scan", $"{{'TableName':'abc','FilterExpression':'{filter}','ExpressionAttributeValues':{{':v':{{'S':'x'}}}}}}")).Error,
        Is.EqualTo("ValidationException: Invalid FilterExpression: " + text));

    /// <summary>The older checks read numbers with 32 bits of exponent.</summary>
    [TestCase("1e126", Overflow)]
    [TestCase("1e2147483647", Underflow)]
    [TestCase("0e2147483647", Underflow)]
    [TestCase("1e2147483648", NotNumeric + "1e2147483648")]
    [TestCase("-1e-99999999999", NotNumeric + "-1e-99999999999")]
    [TestCase("1e-2147483648", NotNumeric + "1e-2147483648")]
    [TestCase("1.5e-2147483647", NotNumeric + "1.5e-2147483647")]
    public async Task Number_OutsideTheRangeForTheOlderChecks_IsRefused(string number, string text)
    {
        string value = $"{{'N':'{number}'}}";
        Assert.That(
            await ErrorAsync("BatchWriteItem", $"{{'RequestItems':{{'abc':[{{'PutRequest':{{'Item':{{'n':{value}}}}}}}]}}}}"),
            Is.EqualTo(text));
        Assert.That(
            await ErrorAsync("TransactGetItems", $"{{'TransactItems':[{{'Get':{{'TableName':'abc','Key':{{'n':{value}}}}}}}]}}"),
            Is.EqualTo(text));
        Assert.That(await ErrorAsync("Scan", $"{{'TableName':'abc','ExclusiveStartKey':{{'n':{value}}}}}"), Is.EqualTo(text));
        Assert.That(
            await ErrorAsync(
                "ExecuteStatement", $"{{'Statement':'SELECT * FROM abc WHERE n = ?','Parameters':[{{'L':[{value}]}}]}}"), Is.EqualTo(text));
        Assert.That(
            await ErrorAsync(
                "TransactWriteItems",
                "{'TransactItems':[{'Update':{'TableName':'abc','Key':{'p':{'S':'a'}},'UpdateExpression':'SET n = :n',"
                + $"'ExpressionAttributeValues':{{':n':{value}}}}}}}]}}"),
            Is.EqualTo($"ExpressionAttributeValues contains invalid value: {text} for key :n"));

        async Task<string?> ErrorAsync(string operation, string request) =>
            (await SendAsync(operation, request)).Error?.Replace("ValidationException: ", "", StringComparison.Ordinal);
    }

    /// <summary>The current checks read 64 bits.</summary>
    [TestCase("1e2147483647", Overflow)]
    [TestCase("1e99999999999", Overflow)]
    [TestCase("1e-99999999999", Underflow)]
    [TestCase("1e9223372036854775808", NotNumeric + "1e9223372036854775808")]
    public async Task Number_OutsideTheRangeForTheCurrentChecks_IsRefused(string number, string text) => Assert.That(
        (await SendAsync("GetItem", $"{{'TableName':'abc','Key':{{'n':{{'N':'{number}'}}}}}}")).Error,
        Is.EqualTo("ValidationException: " + text));
}
