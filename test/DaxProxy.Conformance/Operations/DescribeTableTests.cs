using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>DescribeTable.</summary>
public static class DescribeTableTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'TableName':1}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'TableName':{}}", "Start of structure or map found where not expected")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("DescribeTable", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound() => Assert.That((await SendAsync("DescribeTable", "{'TableName':'$T'}")).Error,
            Is.EqualTo($"ResourceNotFoundException: Requested resource not found: Table: {Table} not found"));

        [Test]
        public async Task Name_Missing_IsRefused() => Assert.That((await SendAsync("DescribeTable", "{}")).Error,
            Does.StartWith("ValidationException: ").And.Contains("TableName").IgnoreCase);
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Members_OnDemand_AreThoseOfTheService()
        {
            await MakeTableAsync(new TableShape("p:S s:N").Lsi("byL", "p:S l:B", "b a").Gsi("byG", "g:S", "ALL"));
            WireReply reply = await SendAsync("DescribeTable", "{'TableName':'$T'}");
            Assert.That(reply.Body["Table"]!.AsObject().Select(member => member.Key), Is.EquivalentTo(new[]
            {
                "AttributeDefinitions", "TableName", "KeySchema", "TableStatus", "CreationDateTime", "ProvisionedThroughput",
                "TableSizeBytes", "ItemCount", "TableArn", "TableId", "BillingModeSummary", "LocalSecondaryIndexes",
                "GlobalSecondaryIndexes", "DeletionProtectionEnabled", "WarmThroughput",
            }));
            Assert.That(reply["Table.TableStatus"], Is.EqualTo("'ACTIVE'"));
            Assert.That(reply["Table.WarmThroughput.ReadUnitsPerSecond"], Is.EqualTo("12000"));
            Assert.That(reply["Table.BillingModeSummary.BillingMode"], Is.EqualTo("'PAY_PER_REQUEST'"));
            Assert.That(reply["Table.ProvisionedThroughput"],
                Is.EqualTo("{'NumberOfDecreasesToday':0,'ReadCapacityUnits':0,'WriteCapacityUnits':0}"));
            Assert.That(reply["Table.DeletionProtectionEnabled"], Is.EqualTo("false"));
            Assert.That(reply.Body["Table"]!["AttributeDefinitions"]!.AsArray().Select(a => (string)a!["AttributeName"]!),
                Is.EqualTo(new[] { "g", "l", "p", "s" }));
            Assert.That(reply["Table.LocalSecondaryIndexes.0.Projection.NonKeyAttributes"], Is.EqualTo("['a','b']"));
            Assert.That(reply["Table.LocalSecondaryIndexes.0.IndexArn"], Does.EndWith($":table/{Table}/index/byL'"));
            Assert.That(reply.Body["Table"]!["GlobalSecondaryIndexes"]![0]!.AsObject().Select(member => member.Key), Is.EquivalentTo(new[]
            {
                "IndexName", "KeySchema", "Projection", "IndexStatus", "ProvisionedThroughput", "IndexSizeBytes", "ItemCount",
                "IndexArn", "WarmThroughput",
            }));
        }

        [Test]
        public async Task Members_Provisioned_HaveNoBillingModeSummary()
        {
            await SendAsync("CreateTable", "{'TableName':'$T','KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],"
                + "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}],"
                + "'ProvisionedThroughput':{'ReadCapacityUnits':3,'WriteCapacityUnits':2}}");
            WireReply reply = await SendAsync("DescribeTable", "{'TableName':'$T'}");
            Assert.That(reply["Table.BillingModeSummary"], Is.Null);
            Assert.That(reply["Table.ProvisionedThroughput.ReadCapacityUnits"], Is.EqualTo("3"));
            Assert.That(reply["Table.WarmThroughput.ReadUnitsPerSecond"], Is.EqualTo("3"));
        }

        [Test]
        public async Task Counts_AreLive()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "KEYS_ONLY"));
            await PutAsync("{'p':{'S':'k'},'g':{'S':'g'},'a':{'S':'xyz'}}");
            await PutAsync("{'p':{'S':'l'}}");
            WireReply reply = await SendAsync("DescribeTable", "{'TableName':'$T'}");
            Assert.That((reply["Table.ItemCount"], reply["Table.TableSizeBytes"]), Is.EqualTo(("2", "10")));
            Assert.That(reply["Table.GlobalSecondaryIndexes.0.ItemCount"], Is.EqualTo("1"));
            await Sdk.DeleteItemAsync(Table, Attributes.Item("{'p':{'S':'k'}}"));
            reply = await SendAsync("DescribeTable", "{'TableName':'$T'}");
            Assert.That((reply["Table.ItemCount"], reply["Table.TableSizeBytes"]), Is.EqualTo(("1", "2")));
            Assert.That(reply["Table.GlobalSecondaryIndexes.0.ItemCount"], Is.EqualTo("0"));
        }
    }
}
