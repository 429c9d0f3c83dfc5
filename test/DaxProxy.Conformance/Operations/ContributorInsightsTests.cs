using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>UpdateContributorInsights, DescribeContributorInsights and ListContributorInsights.</summary>
public static class ContributorInsightsTests
{
    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound(
            [Values("DescribeContributorInsights", "UpdateContributorInsights", "ListContributorInsights")] string operation) =>
                Assert.That(
                (await SendAsync(operation, "{'TableName':'$T','ContributorInsightsAction':'ENABLE'}")).Error,
                Is.EqualTo($"ResourceNotFoundException: Requested resource not found: Table: {Table} not found"));

        [Test]
        public async Task Index_ThatDoesNotExist_IsNotFound(
            [Values("DescribeContributorInsights", "UpdateContributorInsights")] string operation)
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync(operation, "{'TableName':'$T','IndexName':'none','ContributorInsightsAction':'ENABLE'}")).Error,
                Is.EqualTo($"ResourceNotFoundException: Requested resource not found: Index: none not found for table: {Table}"));
        }

        [Test]
        public async Task Action_OfAnotherName_IsRefused() => Assert.That(
            (await SendAsync("UpdateContributorInsights", "{'TableName':'$T','ContributorInsightsAction':'FLIP'}")).Error,
            Does.StartWith(
                "ValidationException: 1 validation error detected: Value 'FLIP' at 'contributorInsightsAction' failed to satisfy constraint"));

        [Test]
        public async Task Token_ThatIsNotOurs_IsRefused([Values("!", "Zm9v")] string token) => Assert.That(
            (await SendAsync("ListContributorInsights", $"{{'NextToken':'{token}'}}")).Error, Does.StartWith("ValidationException: "));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Table_NeverTold_IsDisabled()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("DescribeContributorInsights", "{'TableName':'$T'}")).Text,
                Is.EqualTo($"{{\"TableName\":\"{Table}\",\"ContributorInsightsStatus\":\"DISABLED\"}}"));
            Assert.That(
                (await SendAsync("ListContributorInsights", "{'TableName':'$T'}"))["ContributorInsightsSummaries"], Is.EqualTo("[]"));
        }

        [Test]
        public async Task Insights_SwitchedOnAndOff_AreReportedByTableAndIndex()
        {
            await SendAsync(
                "CreateTable",
                "{'TableName':'$T','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
                + "{'AttributeName':'g','AttributeType':'S'}],'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],'GlobalSecondaryIndexes':[{'IndexName':"
                + "'by-g','KeySchema':[{'AttributeName':'g','KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}]}");
            Assert.That((await SwitchAsync("ENABLE", ""))["ContributorInsightsStatus"], Is.EqualTo("'ENABLING'"));
            await SwitchAsync("ENABLE", ",'IndexName':'by-g','ContributorInsightsMode':'THROTTLED_KEYS'");
            if (Stack.IsElsewhere)
            {
                return;
            }

            WireReply described = await SendAsync("DescribeContributorInsights", "{'TableName':'$T','IndexName':'by-g'}");
            Assert.That(described["ContributorInsightsStatus"], Is.EqualTo("'ENABLED'"));
            Assert.That(described["ContributorInsightsMode"], Is.EqualTo("'THROTTLED_KEYS'"));
            Assert.That(described["LastUpdateDateTime"], Is.Not.Null);

            WireReply first = await SendAsync("ListContributorInsights", "{'TableName':'$T','MaxResults':1}");
            WireReply second = await SendAsync("ListContributorInsights", $"{{'TableName':'$T','NextToken':{first["NextToken"]}}}");
            Assert.That(first["ContributorInsightsSummaries.0.ContributorInsightsMode"], Is.EqualTo("'ACCESSED_AND_THROTTLED_KEYS'"));
            Assert.That(first["ContributorInsightsSummaries.0.IndexName"], Is.Null);
            Assert.That(second["ContributorInsightsSummaries.0.IndexName"], Is.EqualTo("'by-g'"));
            Assert.That(second["NextToken"], Is.Null);

            await SendAsync("UpdateTable", "{'TableName':'$T','GlobalSecondaryIndexUpdates':[{'Delete':{'IndexName':'by-g'}}]}");
            Assert.That((await SwitchAsync("DISABLE", ""))["ContributorInsightsStatus"], Is.EqualTo("'DISABLING'"));
            Assert.That(
                (await SendAsync("ListContributorInsights", "{'TableName':'$T'}"))["ContributorInsightsSummaries"], Is.EqualTo("[]"));
        }

        private Task<WireReply> SwitchAsync(string action, string members) =>
            SendAsync("UpdateContributorInsights", $"{{'TableName':'$T','ContributorInsightsAction':'{action}'{members}}}");
    }
}
