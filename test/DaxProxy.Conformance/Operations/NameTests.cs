using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// Lengths of the names of tables, indexes and attributes. Sources: recorded answers of the service of June and October 2026.
/// </summary>
public static class NameTests
{
    private const string TooLong = "Member must have length less than or equal to 255";
    private const string Keys = "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}]";
    private const string Definitions = "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}],'BillingMode':'PAY_PER_REQUEST'";

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        private static string Long { get; } = new('n', 256);

        [TestCase("GetItem", "'Key':{'p':{'S':'a'}}")]
        [TestCase("PutItem", "'Item':{'p':{'S':'a'}}")]
        [TestCase("UpdateItem", "'Key':{'p':{'S':'a'}}")]
        [TestCase("DeleteItem", "'Key':{'p':{'S':'a'}}")]
        [TestCase("Query", "'KeyConditionExpression':'p = :p','ExpressionAttributeValues':{':p':{'S':'a'}}")]
        [TestCase("Scan", "'Limit':1")]
        [TestCase("CreateTable", Keys + "," + Definitions)]
        [TestCase("DescribeTable", "'x':1")]
        [TestCase("DeleteTable", "'x':1")]
        [TestCase("UpdateTable", "'DeletionProtectionEnabled':true")]
        [TestCase("DescribeTimeToLive", "'x':1")]
        public async Task TableName_Over255Characters_IsRefused(string operation, string members) => Assert.That(
            (await SendAsync(operation, $"{{'TableName':'{Long}',{members}}}")).Error,
            Is.EqualTo(
                $"ValidationException: 1 validation error detected: Value '{Long}' at 'tableName' failed to satisfy constraint: {TooLong}"));

        [Test]
        public async Task TableName_Over255CharactersInATransaction_IsRefused() => Assert.That(
            (await SendAsync(
                "TransactWriteItems", $"{{'TransactItems':[{{'Put':{{'TableName':'{Long}','Item':{{'p':{{'S':'a'}}}}}}}}]}}")).Error,
            Does.Contain($"at 'transactItems.1.member.put.tableName' failed to satisfy constraint: {TooLong}"));

        [TestCase("BatchGetItem", "{'Keys':[{'p':{'S':'a'}}]}")]
        [TestCase("BatchWriteItem", "[{'PutRequest':{'Item':{'p':{'S':'a'}}}}]")]
        public async Task TableName_Over255CharactersInABatch_IsRefused(string operation, string content) => Assert.That(
            (await SendAsync(operation, $"{{'RequestItems':{{'{Long}':{content}}}}}")).Error,
            Does.StartWith("ValidationException: 1 validation error detected: Value ")
                .And.Contain("Items' failed to satisfy constraint: Map keys must satisfy constraint: [" + TooLong));

        [Test]
        public async Task TableName_ThatIsAnArn_MayBeLonger()
        {
            string arn = $"arn:aws:dynamodb:us-east-1:000000000000:table/{new string('n', 250)}";
            Assert.That((await SendAsync("Scan", $"{{'TableName':'{arn}'}}")).Error,
                Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
        }

        [Test]
        public async Task TableName_OfNoCharacters_BreaksTwoRulesOfTheControlPlane() => Assert.That(
            (await SendAsync("DescribeTable", "{'TableName':''}")).Error, Is.EqualTo("ValidationException: 2 validation errors detected: "
                + "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3; "
                + "Value '' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"));

        [TestCase("DescribeContributorInsights", "'TableName':'$T','IndexName':''", "IndexName")]
        [TestCase("UpdateContributorInsights", "'TableName':'$T','IndexName':'ab','ContributorInsightsAction':'ENABLE'", "IndexName")]
        [TestCase("DescribeGlobalTable", "'GlobalTableName':''", "TableName")]
        [TestCase("DescribeGlobalTableSettings", "'GlobalTableName':'ab'", "TableName")]
        [TestCase(
            "RestoreTableFromBackup", "'TargetTableName':'','BackupArn':'arn:aws:dynamodb:us-east-1:000000000000:table/a/backup/b'",
            "TableName")]
        public async Task Name_OfOldVerbs_IsRefusedInTheirWords(string operation, string members, string name) => Assert.That(
            (await SendAsync(operation, $"{{{members}}}")).Error,
            Is.EqualTo($"ValidationException: {name} must be at least 3 characters long and at most 255 characters long"));

        [Test]
        public async Task IndexName_Over255Characters_IsRefused() => Assert.That(
            (await SendAsync("Scan", $"{{'TableName':'$T','IndexName':'{Long}'}}")).Error,
            Is.EqualTo(
                $"ValidationException: 1 validation error detected: Value '{Long}' at 'indexName' failed to satisfy constraint: {TooLong}"));

        [Test]
        public async Task NonKeyAttribute_Over255Characters_IsRefused() => Assert.That(
            (await SendAsync("CreateTable", $"{{'TableName':'$T',{Keys},{Definitions},'GlobalSecondaryIndexes':[{{'IndexName':'idx',{Keys},"
                + $"'Projection':{{'ProjectionType':'INCLUDE','NonKeyAttributes':['{Long}']}}}}]}}")).Error,
            Is.EqualTo($"ValidationException: 1 validation error detected: Value '{Long}' at "
                + $"'globalSecondaryIndexes.1.member.projection.nonKeyAttributes.1.member' failed to satisfy constraint: {TooLong}"));
    }
}
