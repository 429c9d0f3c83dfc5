using System.Buffers;
using System.Text;
using System.Text.Json;
using DaxProxy.Core.Errors;
using DaxProxy.Core.Operations;
using DaxProxy.Core.Wire.Json;
using NUnit.Framework;
using NUnit.Framework.Constraints;

namespace DaxProxy.Tests.Wire.Json;

/// <summary>
/// Which of several faults is reported, where no table is needed to tell. Source, unless a test says otherwise:
/// paritysuite/dynamodb-conformance, <c>tests/tier3/validation-ordering</c> and <c>error-messages</c>, captured in October 2026.
/// </summary>
public sealed class CheckOrderTests
{
    private const string TooDeep =
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

    private const string Syntax = "Invalid ConditionExpression: Syntax error; token: \"=\", near: \"= = b\"";
    private const string EmptyName = "Empty attribute name";
    private const string OlderValues = "1 validation error detected: Value 'BOGUS' at 'returnValues' failed to satisfy constraint: "
        + "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";

    private const string OlderOperator = "1 validation error detected: Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: "
        + "Member must satisfy enum value set: [OR, AND]";

    [TestCase("l1", "g1")]
    [TestCase("aa", "zz")]
    public void CreateTable_NamesOfBothKindsOfIndexesAreTooShort_TheGlobalOneIsToldFirst(string local, string global) => AssertFault(
        "CreateTable",
        "{@,'BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
            + "{'AttributeName':'s','AttributeType':'S'}],"
            + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'}],"
            + $"'LocalSecondaryIndexes':[{{'IndexName':'{local}','KeySchema':[{{'AttributeName':'p','KeyType':'HASH'}},"
            + "{'AttributeName':'l','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}],"
            + $"'GlobalSecondaryIndexes':[{{'IndexName':'{global}','KeySchema':[{{'AttributeName':'g','KeyType':'HASH'}}],"
            + "'Projection':{'ProjectionType':'ALL'}}]}",
        $"2 validation errors detected: {TooShort(global, "globalSecondaryIndexes")}; {TooShort(local, "localSecondaryIndexes")}");

    /// <summary>Actions are judged one after another, and the first fault is the one that is said.</summary>
    [TestCase("{'Put':{@,'Item':{'p':{'S':'b'},'d':#40}}},{'Put':{@,'Item':{'p':{'S':'a'},'':{'S':'x'}}}}", TooDeep)]
    [TestCase("{'Put':{@,'Item':{'p':{'S':'a'},'':{'S':'x'}}}},{'Put':{@,'Item':{'p':{'S':'b'},'d':#100}}}", EmptyName)]
    [TestCase("{'ConditionCheck':{@,'Key':{'p':{'S':'b'}},'ConditionExpression':'d = :d','ExpressionAttributeValues':{':d':#40}}},"
        + "{'Put':{@,'Item':{'p':{'S':'a'},'':{'S':'x'}}}}",
        "ExpressionAttributeValues contains invalid value: " + TooDeep + " for key :d")]
    [TestCase("{'Delete':{@,'Key':{'p':#40}}},{'Put':{@,'Item':{'p':{'S':'a'}},'ConditionExpression':'a = = b'}}", TooDeep)]
    [TestCase("{'Put':{@,'Item':{'p':{'S':'a'}},'ConditionExpression':'a = = b'}},{'Delete':{@,'Key':{'p':#100}}}", Syntax)]
    [TestCase("{'Update':{@,'Key':{'p':{'S':'a'}},'UpdateExpression':'SET a = :v',"
        + "'ExpressionAttributeValues':{':v':{'S':'x'},':u':{'S':'y'}}}},"
        + "{'ConditionCheck':{@,'Key':{'p':#100},'ConditionExpression':'attribute_exists(a)'}}",
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}")]
    public void Transaction_OfSeveralBadActions_IsRefusedForTheFirst(string actions, string text) => AssertTransaction(actions, text);

    /// <summary>In one action the depth of its item or key is judged last.</summary>
    [TestCase("{'Put':{@,'Item':{'p':{'S':'a'},'':{'S':'x'},'d':#100}}}", EmptyName)]
    [TestCase("{'Put':{@,'Item':{'p':{'S':'a'},'d':#100,'':{'S':'x'}}}}", EmptyName)]
    [TestCase("{'Put':{@,'Item':{'p':{'S':'a'},'m':{'M':{'':{'S':'x'}}},'d':#40}}}", TooDeep)]
    [TestCase("{'Delete':{@,'Key':{'p':#100},'ConditionExpression':'a = = b'}}", Syntax)]
    [TestCase("{'Delete':{@,'Key':{'p':#100},'ConditionExpression':'a = b'}}", TooDeep)]
    [TestCase("{'Update':{@,'Key':{'p':#100},'UpdateExpression':'SET a = :v'}}",
        "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v")]
    public void Transaction_WithAValueThatIsTooDeep_IsRefusedForWhatElseIsWrongWithItsAction(string actions, string text) =>
        AssertTransaction(actions, text);

    [Test]
    public void Transaction_WithAnExpressionThatIsTooLong_IsRefusedForThatBeforeItsKeyIsTooDeep()
    {
        string condition = "a = :v" + string.Concat(Enumerable.Repeat(" AND a = :v", 373));
        AssertTransaction(
            $"{{'Delete':{{@,'Key':{{'p':#100}},'ConditionExpression':'{condition}','ExpressionAttributeValues':{{':v':{{'S':'x'}}}}}}}}",
            "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4109");
        string update = "SET " + string.Join(", ", Enumerable.Range(0, 500).Select(i => $"a{i} = :v"));
        AssertTransaction(
            $"{{'Update':{{@,'Key':{{'p':#100}},'UpdateExpression':'{update}','ExpressionAttributeValues':{{':v':{{'S':'x'}}}}}}}}",
            "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;");
    }

    /// <summary>As seven of ten regions answer; the three that do not have the current checks for Scan.</summary>
    [Test]
    public void Scan_ForAValueThatIsTooDeep_IsRefusedForThatBeforeItsOperator() => AssertFault(
        "Scan",
        "{@,'ScanFilter':{'a':{'ComparisonOperator':'EQ','AttributeValueList':[#40]}},'ConditionalOperator':'AND'}",
        TooDeep);

    /// <summary>Past 62 levels the older checks answer whatever the profile says.</summary>
    [TestCase("DeleteItem",
        "'Key':{'p':{'S':'a'}},'ConditionExpression':'d = :d','ExpressionAttributeValues':{':d':#63},'ReturnValues':'BOGUS'", OlderValues)]
    [TestCase("DeleteItem", "'Key':{'p':{'S':'a'}},'Expected':{'d':{'Value':#63}},'ReturnValues':'BOGUS'", OlderValues)]
    [TestCase("DeleteItem", "'Key':{'p':#100},'ReturnValues':'BOGUS'", OlderValues)]
    [TestCase("DeleteItem",
        "'Key':{'p':{'S':'a'}},'ConditionExpression':'d = :d','ExpressionAttributeValues':{':d':#100},'ReturnValues':'UPDATED_NEW'",
        "ReturnValues can only be ALL_OLD or NONE")]
    [TestCase("PutItem",
        "'Item':{'p':{'S':'a'}},'Expected':{'a':{'Value':#100},'b':{'Exists':false}},'ConditionalOperator':'XOR'", OlderOperator)]
    [TestCase("UpdateItem", "'Key':{'p':{'S':'a'}},'AttributeUpdates':{'x':{'Action':'PUT','Value':{'S':'1'}}},"
        + "'Expected':{'a':{'Value':#100},'b':{'Exists':false}},'ConditionalOperator':'XOR'", OlderOperator)]
    public void Write_WithAValueThatIsVeryDeep_IsRefusedInOldWords(string verb, string members, string text) =>
        AssertFault(verb, $"{{@,{members}}}", text);

    [Test]
    public void BatchWriteItem_OfANameThatIsNone_PrintsTheRequestsAsStructures() => AssertFault(
        "BatchWriteItem",
        "{'RequestItems':{'bad!name':[{'PutRequest':{'Item':{'pk':{'S':'x'}}}}]}}",
        Does.Match(@"^1 validation error detected: Value '\{bad!name=\[WriteRequest\(putRequest=PutRequest\(item=\{pk=.+\}.*\)\]\}' "
            + @"at 'requestItems' failed to satisfy constraint: Map keys must satisfy constraint: "
            + @"\[Member must have length less than or equal to 255, Member must have length greater than or equal to 3, "
            + @"Member must satisfy regular expression pattern: \[a-zA-Z0-9_.-\]\+\]$"));

    /// <summary>What the current layer words otherwise. The older texts are those that dynalite's tests recorded.</summary>
    [TestCase("BatchGetItem", "'RequestItems':{}",
        "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: "
            + "Member must have length greater than or equal to 1",
        "The requestItems parameter is required for BatchGetItem")]
    [TestCase("DeleteItem", "@,'Key':{'p':{'S':'a'}},'ReturnValues':'BOGUS'",
        "1 validation error detected: Failed to satisfy constraint: "
            + "Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]",
        OlderValues)]
    [TestCase("GetItem", "@,'Key':{'n':{'N':'1e2147483647'}}",
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
        "Number underflow. Attempting to store a number with magnitude smaller than supported range")]
    [TestCase("PutItem", "@,'Item':{'x':{'SS':['a',null]}}",
        "1 validation error detected: One or more parameter values were invalid: An string set may not have a null string as a member",
        "One or more parameter values were invalid: An string set may not have a null string as a member")]
    public void Request_ThatIsBad_IsRefusedInTheWordsOfTheProfile(string verb, string members, string current, string classic)
    {
        Assert.That(FaultOf(verb, $"{{{members}}}", ValidationProfile.October2026), Is.EqualTo(current));
        Assert.That(FaultOf(verb, $"{{{members}}}", ValidationProfile.Classic), Is.EqualTo(classic));
    }

    private static string TooShort(string name, string member) =>
        $"Value '{name}' at '{member}.1.member.indexName' failed to satisfy constraint: Member must have length greater than or equal to 3";

    private static void AssertTransaction(string actions, string text) =>
        AssertFault("TransactWriteItems", $"{{'TransactItems':[{actions}]}}", text);

    private static void AssertFault(string verb, string request, string text) => AssertFault(verb, request, Is.EqualTo(text));

    /// <summary>Both profiles have these operations, or these requests, checked by the older layer.</summary>
    private static void AssertFault(string verb, string request, IResolveConstraint text)
    {
        foreach (ValidationProfile profile in ValidationProfile.All)
        {
            Assert.That(FaultOf(verb, request, profile), text, profile.Name);
        }
    }

    /// <summary>The text of the fault of a request, in which <c>#40</c> is a text within 40 maps, and <c>@</c> names a table.</summary>
    private static string? FaultOf(string verb, string request, ValidationProfile profile)
    {
        request = request.Replace("@", "'TableName':'abc'", StringComparison.Ordinal);
        foreach (int levels in (int[])[100, 63, 40])
        {
            string deep = string.Concat(Enumerable.Repeat("{'M':{'n':", levels)) + "{'S':'x'}" + new string('}', 2 * levels);
            request = request.Replace($"#{levels}", deep, StringComparison.Ordinal);
        }

        using JsonDocument? body = JsonRequest.TryParse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(request.Replace('\'', '"'))));
        return JsonRequest.TryRead("DynamoDB_20120810." + verb, body!.RootElement, profile, out Operation? _)?.Message;
    }
}
