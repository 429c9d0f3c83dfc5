using Amazon.DynamoDBv2.Model;
using DaxProxy.Testing;
using NUnit.Framework;

namespace DaxProxy.Conformance.Testing;

/// <summary>The library for other people's tests, used as they use it.</summary>
public sealed class DynamoDbTests
{
    [Test]
    public async Task Instances_Several_KnowNothingOfEachOther()
    {
        await using DynamoDb one = await DynamoDb.StartAsync(), other = await DynamoDb.StartAsync();
        await one.Client.CreateTableAsync(new CreateTableRequest("Orders", [new KeySchemaElement("Id", "HASH")])
        {
            AttributeDefinitions = [new AttributeDefinition("Id", "S")],
            BillingMode = "PAY_PER_REQUEST",
        });
        await one.Client.PutItemAsync("Orders", new() { ["Id"] = new AttributeValue("42") });
        GetItemResponse found = await one.Client.GetItemAsync("Orders", new() { ["Id"] = new AttributeValue("42") });
        Assert.That(found.Item["Id"].S, Is.EqualTo("42"));
        Assert.That((await other.Client.ListTablesAsync()).TableNames, Is.Empty);
        Assert.That(one.DaxEndpoint.Scheme, Is.EqualTo("dax"));
    }

    [Test]
    public async Task Instance_ThatEnded_AnswersNoMore()
    {
        DynamoDb db = await DynamoDb.StartAsync();
        Uri endpoint = db.Endpoint;
        await db.DisposeAsync();
        using HttpClient http = new();
        Assert.That(async () => await http.GetAsync(endpoint), Throws.InstanceOf<HttpRequestException>());
    }
}
