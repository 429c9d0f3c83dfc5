using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>UpdateTimeToLive and DescribeTimeToLive.</summary>
public static class TimeToLiveTests
{
    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Specification_Absent_IsRefused() => Assert.That(
            (await SendAsync("UpdateTimeToLive", "{'TableName':'$T'}")).Error,
            Is.EqualTo(
                "ValidationException: 1 validation error detected: Value null at 'timeToLiveSpecification' failed to satisfy constraint: "
                + "Member must not be null"));

        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound([Values("DescribeTimeToLive", "UpdateTimeToLive")] string operation) =>
            Assert.That(
                (await SendAsync(operation, "{'TableName':'$T','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'ends'}}")).Error,
                Is.EqualTo($"ResourceNotFoundException: Requested resource not found: Table: {Table} not found"));
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Table_NeverTold_IsDisabled()
        {
            await MakeTableAsync(Plain);
            DescribeTimeToLiveResponse described = await Sdk.DescribeTimeToLiveAsync(Table);
            Assert.That(described.TimeToLiveDescription.TimeToLiveStatus.Value, Is.EqualTo("DISABLED"));
            Assert.That(described.TimeToLiveDescription.AttributeName, Is.Null);
        }

        [Test]
        public async Task Item_ThatEnds_IsNoLongerReadEvenIfItWasCached()
        {
            await MakeTableAsync(Plain);
            UpdateTimeToLiveResponse updated = await Sdk.UpdateTimeToLiveAsync(new UpdateTimeToLiveRequest
            {
                TableName = Table,
                TimeToLiveSpecification = new TimeToLiveSpecification { Enabled = true, AttributeName = "ends" },
            });
            Assert.That(updated.TimeToLiveSpecification.AttributeName, Is.EqualTo("ends"));
            if (Stack.IsElsewhere)
            {
                return;
            }

            if (Stack.IsRemote)
            {
                Assert.Ignore("A remote backend deletes expired items past the cache, which serves them until their time in it is over.");
            }

            long ends = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1;
            await PutAsync($"{{'p':{{'S':'k'}},'ends':{{'N':'{ends}'}}}}");
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
            GetItemResponse read;
            do
            {
                await Task.Delay(50, patience.Token);
                read = await Sdk.GetItemAsync(Table, Attributes.Item("{'p':{'S':'k'}}"), patience.Token);
            }
            while (read.IsItemSet);
            Assert.That(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), Is.GreaterThan(ends));
        }
    }
}
