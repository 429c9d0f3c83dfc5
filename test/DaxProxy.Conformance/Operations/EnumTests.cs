using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// Members that have none of their values, and what is said of several faults at once. Source: answers of the service in June and October
/// 2026, recorded by a public conformance suite.
/// </summary>
public static class EnumTests
{
    private const string Capacity =
        "Value 'X' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]";

    private const string Values =
        "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";

    private const string OlderValues = "Value 'X' at 'returnValues' failed to satisfy constraint: "
        + "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]";

    private const string Metrics = "ReturnItemCollectionMetrics can only be SIZE or NONE";
    private const string NoKey = "Value null at 'key' failed to satisfy constraint: Member must not be null";
    private const string NoName =
        "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1";
    private const string Key = "'TableName':'$T','Key':{'p':{'S':'a'}}";
    private const string Update = "'UpdateExpression':'SET a = :a','ExpressionAttributeValues':{':a':{'S':'x'}}";

    private const string Select = "Value 'X' at 'select' failed to satisfy constraint: "
        + "Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]";

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("PutItem", "'TableName':'$T','Item':{'p':{'S':'a'}},'ReturnValues':'X','ReturnConsumedCapacity':'X','ReturnItemCollectionMetrics':'X'",
            "3 validation errors detected: " + Capacity + "; " + Values + "; " + Metrics)]
        [TestCase("DeleteItem", Key + ",'ReturnValues':'X','ReturnConsumedCapacity':'X'",
            "2 validation errors detected: " + Capacity + "; " + Values)]
        [TestCase(
            "UpdateItem", Key + "," + Update + ",'ReturnValues':'X','ReturnConsumedCapacity':'X'",
            "1 validation error detected: " + Values)]
        [TestCase("UpdateItem", Key + "," + Update + ",'ReturnConsumedCapacity':'X'", "1 validation error detected: " + Capacity)]
        [TestCase("UpdateItem", "'TableName':''," + Update, "2 validation errors detected: " + NoName + "; " + NoKey)]
        [TestCase("UpdateItem", "'TableName':''," + Update + ",'ReturnValues':'X','ReturnConsumedCapacity':'X'",
            "4 validation errors detected: " + Capacity + "; " + NoName + "; " + OlderValues + "; " + NoKey)]
        [TestCase("UpdateItem", "'TableName':'$T','AttributeUpdates':{'x':{'Action':'PUT','Value':{'S':'1'}}},"
            + "'Expected':{'a':{'Exists':false},'b':{'Exists':false}},'ConditionalOperator':'XOR'",
            "2 validation errors detected: Value 'XOR' at 'conditionalOperator' failed to satisfy constraint: "
            + "Member must satisfy enum value set: [OR, AND]; " + NoKey)]
        [TestCase("Query", "'TableName':'$T','KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'a'}},'Select':'X'",
            "1 validation error detected: " + Select)]
        [TestCase("BatchGetItem", "'RequestItems':{'$T':{'Keys':[{'p':{'S':'a'}}]}},'ReturnConsumedCapacity':'X'",
            "1 validation error detected: " + Capacity)]
        [TestCase("GetItem", Key + ",'ReturnConsumedCapacity':'X'", "1 validation error detected: " + Capacity)]
        public async Task Value_OfNoEnum_IsRefused(string operation, string members, string text) =>
            Assert.That((await SendAsync(operation, $"{{{members}}}")).Error, Is.EqualTo("ValidationException: " + text));

        [TestCase(62, "1 validation error detected: Nesting Levels")]
        [TestCase(63, "Nesting Levels")]
        public async Task Value_NestedVeryDeeply_IsRefusedInOldWords(int levels, string text)
        {
            await MakeTableAsync(Plain);
            string value =
                string.Concat(Enumerable.Repeat("{'L':[", levels)) + "{'S':'x'}" + string.Concat(Enumerable.Repeat("]}", levels));
            Assert.That((await SendAsync("PutItem", $"{{'TableName':'$T','Item':{{'p':{{'S':'a'}},'v':{value}}}}}")).Error,
                Is.EqualTo($"ValidationException: {text} have exceeded supported limits: "
                    + "Attributes in the item have nested levels beyond supported limit"));
        }
    }
}
