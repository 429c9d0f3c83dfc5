using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>CreateBackup, DescribeBackup, ListBackups and DeleteBackup.</summary>
public static class BackupTests
{
    private const string Arn = "arn:aws:dynamodb:us-east-1:000000000000:table/absent";

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("CreateBackup", "{'TableName':'$T','BackupName':'b'}",
            "ValidationException: 1 validation error detected: Value 'b' at 'backupName' failed to satisfy constraint: "
            + "Member must have length greater than or equal to 3")]
        [TestCase("DescribeBackup", "{'BackupArn':'" + Arn + "'}", "ValidationException: Invalid Backup ARN")]
        [TestCase("DeleteBackup", "{'BackupArn':'" + Arn + "'}", "ValidationException: Invalid Backup ARN")]
        [TestCase("ListBackups", "{'ExclusiveStartBackupArn':'" + Arn + "'}", "ValidationException: Invalid Backup ARN")]
        [TestCase("ListBackups", "{'TimeRangeLowerBound':2,'TimeRangeUpperBound':1}",
            "ValidationException: One or more parameter values were invalid: Time range lower bound must be less than or equal to upper bound")]
        [TestCase("DescribeBackup", "{'BackupArn':'" + Arn + "/backup/01700000000000-01234567'}",
            "BackupNotFoundException: Backup not found: " + Arn + "/backup/01700000000000-01234567")]
        [TestCase("DeleteBackup", "{'BackupArn':'" + Arn + "/backup/01700000000000-01234567'}",
            "BackupNotFoundException: Backup not found: " + Arn + "/backup/01700000000000-01234567")]
        public async Task Request_ThatIsBadOrForNothing_IsRefusedInTheServicesWords(string operation, string request, string error) =>
            Assert.That((await SendAsync(operation, request)).Error, Is.EqualTo(error));

        [Test]
        public async Task CreateBackup_OfNoTable_IsNotFoundInItsOwnWords() => Assert.That(
            (await SendAsync("CreateBackup", "{'TableName':'$T','BackupName':'nightly'}")).Error,
            Is.EqualTo($"TableNotFoundException: Table not found: {Table}"));
    }

    public sealed class Behaviour(Stack stack) : BackupTest(stack)
    {
        [Test]
        public async Task Backup_FromRequestToDeletion_IsToldOf()
        {
            await MakeTableAsync(new TableShape("p:S s:N").Lsi("byA", "p:S a:N", "KEYS_ONLY").Gsi("byB", "b:S", "c d"));
            await PutAsync("{'p':{'S':'1'},'s':{'N':'2'},'text':{'S':'abc'}}");
            WireReply created = await SendAsync("CreateBackup", "{'TableName':'$T','BackupName':'nightly'}");
            Assert.That(created["BackupDetails.BackupStatus"], Is.EqualTo("'CREATING'"));
            Assert.That(
                created["BackupDetails.BackupArn"],
                Does.Match($"'arn:aws:dynamodb:[a-z0-9-]+:[0-9]{{12}}:table/{Table}/backup/[0-9]{{14}}-[0-9a-f]{{8}}'"));
            string arn = created["BackupDetails.BackupArn"]!.Trim('\'');
            await WaitForBackupAsync(arn);

            WireReply described = await SendAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}");
            const string Details = "BackupDescription.BackupDetails.", Source = "BackupDescription.SourceTableDetails.";
            const string Features = "BackupDescription.SourceTableFeatureDetails.";
            Assert.That(
                (described[Details + "BackupName"], described[Details + "BackupStatus"], described[Details + "BackupType"], described[Details + "BackupExpiryDateTime"]),
                Is.EqualTo(("'nightly'", "'AVAILABLE'", "'USER'", (string?)null)));
            Assert.That(
                (described[Source + "TableName"], described[Source + "BillingMode"], described[Source + "KeySchema.1.AttributeName"]),
                Is.EqualTo(($"'{Table}'", "'PAY_PER_REQUEST'", "'s'")));
            Assert.That(described[Features + "LocalSecondaryIndexes.0.IndexName"], Is.EqualTo("'byA'"));
            Assert.That(described[Features + "GlobalSecondaryIndexes.0.Projection.NonKeyAttributes"], Is.EqualTo("['c','d']"));
            Assert.That(described[Features + "TimeToLiveDescription"], Is.EqualTo("{'TimeToLiveStatus':'DISABLED'}"));
            if (!Stack.IsElsewhere)
            {
                // The service counts from time to time only.
                Assert.That((described[Source + "ItemCount"], described[Details + "BackupSizeBytes"]), Is.EqualTo(("1", "12")));
            }

            WireReply listed = await SendAsync("ListBackups", "{'TableName':'$T'}");
            Assert.That(
                (listed["BackupSummaries.0.BackupArn"], listed["BackupSummaries.0.TableName"], listed["BackupSummaries.1"]),
                Is.EqualTo(($"'{arn}'", $"'{Table}'", (string?)null)));
            Assert.That((await SendAsync("DeleteBackup", $"{{'BackupArn':'{arn}'}}"))[Details + "BackupStatus"], Is.EqualTo("'DELETED'"));
            Assert.That(
                (await SendAsync("DescribeBackup", $"{{'BackupArn':'{arn}'}}")).Error,
                Is.EqualTo($"BackupNotFoundException: Backup not found: {arn}"));
            Assert.That((await SendAsync("ListBackups", "{'TableName':'$T'}")).Text, Is.EqualTo("{\"BackupSummaries\":[]}"));
        }
    }
}
