using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>UpdateContinuousBackups and DescribeContinuousBackups.</summary>
public static class ContinuousBackupsTests
{
    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFoundInItsOwnWords(
            [Values("DescribeContinuousBackups", "UpdateContinuousBackups")] string operation) => Assert.That(
            (await SendAsync(operation, "{'TableName':'$T','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}")).Error,
            Is.EqualTo($"TableNotFoundException: Table not found: {Table}"));

        [TestCase("{'TableName':'$T'}", "1 validation error detected: Value null at 'pointInTimeRecoverySpecification' failed to satisfy constraint: "
            + "Member must not be null")]
        [TestCase("{'TableName':'$T','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true,'RecoveryPeriodInDays':36}}",
            "1 validation error detected: Value '36' at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint: "
            + "Member must have value less than or equal to 35")]
        [TestCase("{'TableName':'$T','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':false,'RecoveryPeriodInDays':5}}",
            "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.")]
        public async Task Request_ThatMakesNoSense_IsRefusedBeforeTheTableIsLookedFor(string request, string text) =>
            Assert.That((await SendAsync("UpdateContinuousBackups", request)).Error, Is.EqualTo("ValidationException: " + text));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Table_NeverTold_HasBackupsButNoRecovery()
        {
            await MakeTableAsync(Plain);
            WireReply described = await SendAsync("DescribeContinuousBackups", "{'TableName':'$T'}");
            Assert.That(described["ContinuousBackupsDescription"],
                Is.EqualTo(
                    "{'ContinuousBackupsStatus':'ENABLED','PointInTimeRecoveryDescription':{'PointInTimeRecoveryStatus':'DISABLED'}}"));
        }

        [Test]
        public async Task Recovery_SwitchedOnAndOff_IsReported()
        {
            await MakeTableAsync(Plain);
            PointInTimeRecoveryDescription on = await SwitchAsync(true, 7);
            Assert.That(on.PointInTimeRecoveryStatus.Value, Is.EqualTo("ENABLED"));
            Assert.That(on.RecoveryPeriodInDays, Is.EqualTo(7));
            Assert.That(on.LatestRestorableDateTime, Is.GreaterThanOrEqualTo(on.EarliestRestorableDateTime!));

            PointInTimeRecoveryDescription again = await SwitchAsync(true, null);
            Assert.That(again.RecoveryPeriodInDays, Is.EqualTo(35));
            Assert.That(again.EarliestRestorableDateTime, Is.EqualTo(on.EarliestRestorableDateTime), "it was on already");

            Assert.That((await SwitchAsync(false, null)).PointInTimeRecoveryStatus.Value, Is.EqualTo("DISABLED"));
        }

        [Test]
        public async Task Recovery_OfARecreatedTable_IsOff()
        {
            await MakeTableAsync(Plain);
            await SwitchAsync(true, null);
            await Sdk.DeleteTableAsync(Table);
            await MakeTableAsync(Plain);
            Assert.That(
                (await SendAsync("DescribeContinuousBackups", "{'TableName':'$T'}"))
                    ["ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus"],
                Is.EqualTo("'DISABLED'"));
        }

        private async Task<PointInTimeRecoveryDescription> SwitchAsync(bool isOn, int? days)
        {
            UpdateContinuousBackupsResponse reply = await Sdk.UpdateContinuousBackupsAsync(new UpdateContinuousBackupsRequest
            {
                TableName = Table,
                PointInTimeRecoverySpecification = new PointInTimeRecoverySpecification
                {
                    PointInTimeRecoveryEnabled = isOn,
                    RecoveryPeriodInDays = days,
                },
            });
            return reply.ContinuousBackupsDescription.PointInTimeRecoveryDescription;
        }
    }
}
