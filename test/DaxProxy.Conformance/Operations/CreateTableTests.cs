using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>CreateTable.</summary>
public static class CreateTableTests
{
    private const string Invalid = "One or more parameter values were invalid: ";
    private const string Schema = "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}]";
    private const string Definitions = "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'}]";
    private const string OnDemand = "'BillingMode':'PAY_PER_REQUEST'";

    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{'TableName':1}", "NUMBER_VALUE cannot be converted to String")]
        [TestCase("{'KeySchema':'x'}", "Unexpected field type")]
        [TestCase("{'KeySchema':{}}", "Start of structure or map found where not expected")]
        [TestCase("{'KeySchema':['x']}", "Unexpected value type in payload")]
        [TestCase(
            "{'AttributeDefinitions':[[]]}", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeDefinition")]
        [TestCase("{'ProvisionedThroughput':'x'}", "Unexpected field type")]
        [TestCase("{'ProvisionedThroughput':{'ReadCapacityUnits':'x'}}", "STRING_VALUE cannot be converted to Long")]
        public async Task Member_OfAnotherKind_IsRefused(string request, string text) =>
            Assert.That((await SendAsync("CreateTable", request)).Error, Is.EqualTo("SerializationException: " + text));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [TestCase("{}", "The parameter 'TableName' is required but was not present in the request")]
        [TestCase("{'TableName':'ab'," + Schema + "," + Definitions + "}", "1 validation error detected: Value 'ab' at 'tableName' failed "
            + "to satisfy constraint: Member must have length greater than or equal to 3")]
        [TestCase("{'TableName':'a b c'," + Schema + "," + Definitions + "}", "1 validation error detected: Value 'a b c' at 'tableName' "
            + "failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")]
        [TestCase("{'TableName':'abc'," + Schema + "," + Definitions + "}",
            Invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")]
        [TestCase("{'TableName':'abc'," + Schema + "," + Definitions + "," + OnDemand
            + ",'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1}}",
            Invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")]
        [TestCase("{'TableName':'abc'," + Schema + "," + Definitions
            + ",'ProvisionedThroughput':{'ReadCapacityUnits':1000000000001,'WriteCapacityUnits':1}}",
            "Given value 1000000000001 for ReadCapacityUnits is out of bounds")]
        [TestCase("{'TableName':'abc','KeySchema':[{'AttributeName':'p','KeyType':'RANGE'}]," + Definitions + "," + OnDemand + "}",
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type")]
        [TestCase("{'TableName':'abc'," + Schema + ",'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
            + "{'AttributeName':'x','AttributeType':'S'}]," + OnDemand + "}",
            Invalid + "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")]
        [TestCase("{'TableName':'abc'," + Schema + "," + OnDemand + ",'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
            + "{'AttributeName':'p','AttributeType':'S'}]}", "Attribute Name is duplicated: p")]
        [TestCase("{'TableName':'abc'," + Schema + "," + OnDemand + ",'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},"
            + "{'AttributeName':'p','AttributeType':'N'}]}", "Attribute Name is duplicated: p")]
        [TestCase("{'TableName':'abc'," + Schema + "," + Definitions + "," + OnDemand + ",'GlobalSecondaryIndexes':[]}",
            Invalid + "List of GlobalSecondaryIndexes is empty")]
        [TestCase("{'TableName':'abc'," + Schema + "," + Definitions + "," + OnDemand + ",'LocalSecondaryIndexes':[{'IndexName':'idx',"
            + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'p','KeyType':'RANGE'}],'Projection':{'ProjectionType':'ALL'}}]}",
            null)]
        [TestCase("{'TableName':'abc'," + Schema + "," + Definitions + "," + OnDemand + ",'GlobalSecondaryIndexes':[{'IndexName':'idx',"
            + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],'Projection':{'ProjectionType':'INCLUDE'}}]}",
            Invalid + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified")]
        [TestCase("{'TableName':'abc'," + Schema + "," + Definitions + "," + OnDemand + ",'GlobalSecondaryIndexes':[{'IndexName':'idx',"
            + "'KeySchema':[{'AttributeName':'p','KeyType':'HASH'}],'Projection':{'ProjectionType':'KEYS_ONLY','NonKeyAttributes':['a']}}]}",
            Invalid + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified")]
        [TestCase("{'TableName':'abc','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'p','KeyType':'RANGE'}],"
            + Definitions + "," + OnDemand + "}", "Invalid KeySchema: Some index key attribute have no definition")]
        [TestCase("{'TableName':'abc','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'p','KeyType':'RANGE'}],"
            + "'AttributeDefinitions':[{'AttributeName':'p','AttributeType':'S'},{'AttributeName':'s','AttributeType':'S'}]," + OnDemand
                + "}",
            "Both the Hash Key and the Range Key element in the KeySchema have the same name")]
        [TestCase("{'TableName':'abc','KeySchema':[{'AttributeName':'p','KeyType':'HASH'},{'AttributeName':'s','KeyType':'RANGE'},"
            + "{'AttributeName':'x','KeyType':'RANGE'}]," + Definitions + "," + OnDemand + "}",
            "1 validation error detected: Value '[KeySchemaElement(attributeName=p, keyType=HASH), KeySchemaElement(attributeName=s, "
            + "keyType=RANGE), KeySchemaElement(attributeName=x, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: "
            + "Member must have length less than or equal to 2")]
        public async Task Request_ThatCannotBe_IsRefused(string request, string? text)
        {
            string? error = (await SendAsync("CreateTable", request)).Error;
            Assert.That(error, text is null ? Does.StartWith("ValidationException: ") : Is.EqualTo("ValidationException: " + text));
        }

        [Test]
        public async Task Name_InUse_IsRefused()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("CreateTable", "{'TableName':'$T'," + Schema + "," + Definitions + "," + OnDemand + "}")).Error,
                Is.EqualTo($"ResourceInUseException: Table already exists: {Table}"));
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Answer_SaysCreating()
        {
            WireReply reply = await SendAsync("CreateTable", "{'TableName':'$T'," + Schema + "," + Definitions + "," + OnDemand + "}");
            Assert.That(reply["TableDescription.TableStatus"], Is.EqualTo("'CREATING'"));
            Assert.That(reply["TableDescription.TableArn"], Does.EndWith($":table/{Table}'"));
            Assert.That(reply["TableDescription.TableId"], Has.Length.EqualTo(38));
            Assert.That(reply["TableDescription.ItemCount"], Is.EqualTo("0"));
            Assert.That(reply["TableDescription.WarmThroughput"], Is.Null);
        }

        [Test]
        public async Task Table_BilledPerRequest_IsSoSinceItsCreation()
        {
            WireReply reply = await SendAsync("CreateTable", "{'TableName':'$T'," + Schema + "," + Definitions + "," + OnDemand + "}");
            Assert.That(reply["TableDescription.BillingModeSummary.LastUpdateToPayPerRequestDateTime"],
                Is.EqualTo(reply["TableDescription.CreationDateTime"]));
        }

        [Test]
        public async Task Names_AreCaseSensitive()
        {
            await MakeTableAsync(Plain);
            Assert.That((await SendAsync("DescribeTable", $"{{'TableName':'{Table.ToUpperInvariant()}'}}")).Error, Is.EqualTo(
                $"ResourceNotFoundException: Requested resource not found: Table: {Table.ToUpperInvariant()} not found"));
        }
    }
}
