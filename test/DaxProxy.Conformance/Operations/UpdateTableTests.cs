using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>UpdateTable.</summary>
public static class UpdateTableTests
{
    private const string Invalid = "ValidationException: One or more parameter values were invalid: ";

    public sealed class Indexes(Stack stack) : ConformanceTest(stack)
    {
        // The texts: a public probe of the control plane in October 2026, and the comments of Alternator's tests, which also run against
        // AWS.
        [TestCase("'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]",
            "Some index key attributes are not defined in AttributeDefinitions. Keys: [g], AttributeDefinitions: [p]")]
        [TestCase("'AttributeDefinitions':[{'AttributeName':'g','AttributeType':'N'}]",
            "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. "
            + "Existing schema: Schema:[SchemaElement: key{g:S:HASH}] New schema: Schema:[SchemaElement: key{g:N:HASH}]")]
        public async Task NewIndex_WhoseKeyIsNotDefinedAsItIs_IsRefused(string definitions, string text)
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL"));
            Assert.That((await AddIndexAsync(definitions, "g")).Error, Is.EqualTo(Invalid + text));
        }

        [Test]
        public async Task NewIndex_WithoutAnyDefinitions_IsRefused()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL"));
            Assert.That(
                (await AddIndexAsync("'x':1", "g")).Error, Is.EqualTo(Invalid + "AttributeDefinitions is not specified for index: new"));
        }

        [Test]
        public async Task Definitions_ThatTheNewIndexDoesNotUse_AreIgnored()
        {
            await MakeTableAsync(new TableShape("p:S").Gsi("byG", "g:S", "ALL"));
            WireReply reply = await AddIndexAsync("'AttributeDefinitions':[{'AttributeName':'x','AttributeType':'S'},"
                + "{'AttributeName':'g','AttributeType':'N'},{'AttributeName':'y','AttributeType':'S'}]", "x");
            Assert.That(reply["TableDescription.AttributeDefinitions"], Is.EqualTo("[{'AttributeName':'g','AttributeType':'S'},"
                + "{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'x','AttributeType':'S'}]"));
        }

        private Task<WireReply> AddIndexAsync(string definitions, string key) =>
            SendAsync("UpdateTable", $"{{'TableName':'$T',{definitions},"
                + $"'GlobalSecondaryIndexUpdates':[{{'Create':{{'IndexName':'new','KeySchema':[{{'AttributeName':'{key}','KeyType':'HASH'}}],"
                + "'Projection':{'ProjectionType':'ALL'}}}]}");
    }
}
