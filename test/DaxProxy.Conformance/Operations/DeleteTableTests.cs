using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>DeleteTable.</summary>
public static class DeleteTableTests
{
    public sealed class Serialization(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Name_OfAnotherKind_IsRefused() => Assert.That((await SendAsync("DeleteTable", "{'TableName':[]}")).Error,
            Is.EqualTo("SerializationException: Unrecognized collection type class java.lang.String"));
    }

    public sealed class Validation(Stack stack) : ConformanceTest(stack)
    {
        [Test]
        public async Task Table_ThatDoesNotExist_IsNotFound() => Assert.That((await SendAsync("DeleteTable", "{'TableName':'$T'}")).Error,
            Is.EqualTo($"ResourceNotFoundException: Requested resource not found: Table: {Table} not found"));

        [Test]
        public async Task Table_Protected_IsKept()
        {
            CreateTableRequest request = Plain.Request(Table);
            request.DeletionProtectionEnabled = true;
            await Sdk.CreateTableAsync(request);
            Assert.That((await SendAsync("DeleteTable", "{'TableName':'$T'}")).Error, Is.EqualTo("ValidationException: Resource cannot be "
                + "deleted as it is currently protected against deletion. Disable deletion protection first."));
        }
    }

    public sealed class Behaviour(Stack stack) : ConformanceTest(stack)
    {
        /// <summary>Source: the answers that the service's reference and the AWS CLI's show.</summary>
        [Test]
        public async Task Answer_SaysNothingOfKeysAndCreation()
        {
            await MakeTableAsync(Plain);
            WireReply reply = await SendAsync("DeleteTable", "{'TableName':'$T'}");
            Assert.That(reply["TableDescription.TableStatus"], Is.EqualTo("'DELETING'"));
            Assert.That(reply["TableDescription.TableArn"], Does.EndWith($":table/{Table}'"));
            foreach (string member in (string[])["KeySchema", "AttributeDefinitions", "CreationDateTime"])
            {
                Assert.That(reply["TableDescription." + member], Is.Null);
            }
        }

        [Test]
        public async Task Table_IsGone_AndAnotherOfItsNameIsEmpty()
        {
            await MakeTableAsync(Plain);
            string id = (await Sdk.DescribeTableAsync(Table)).Table.TableId;
            await PutAsync("{'p':{'S':'k'}}");
            Assert.That((await Sdk.DeleteTableAsync(Table)).TableDescription.TableStatus.Value, Is.EqualTo("DELETING"));
            if (Stack.IsElsewhere)
            {
                return;
            }

            Assert.That((await SendAsync("PutItem", "{'TableName':'$T','Item':{'p':{'S':'k'}}}")).Error,
                Is.EqualTo("ResourceNotFoundException: Requested resource not found"));
            await MakeTableAsync(Plain);
            Assert.That(await ReadAsync("{'p':{'S':'k'}}"), Is.EqualTo("none"));
            Assert.That((await Sdk.DescribeTableAsync(Table)).Table.TableId, Is.Not.EqualTo(id));
        }
    }
}
