using System.Diagnostics;
using System.Net;
using Amazon.DynamoDBv2.Model;
using DaxProxy.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
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

    /// <summary>
    /// One instance a test must be cheap. It is compared with a web server that does nothing, in the same process, as a slow machine makes
    /// both of them slow; the fastest of each, as what else runs makes some of either slower.
    /// </summary>
    [Test]
    [NonParallelizable]
    public async Task Instances_AfterTheFirst_TakeNotManyTimesWhatAnEmptyServerDoes()
    {
        List<double> ours = [], empty = [];
        for (int round = 0; round < 15; round++)
        {
            ours.Add(await MillisecondsOfAsync(async () => await (await DynamoDb.StartAsync()).DisposeAsync()));
            empty.Add(await MillisecondsOfAsync(StartAndEndEmptyServerAsync));
        }

        (double our, double theirs) = (ours.Min(), empty.Min());
        TestContext.Out.WriteLine($"Start and end, the fastest: {our:F1} ms; of a server that does nothing: {theirs:F1} ms");
        Assert.That(our / theirs, Is.LessThan(10));

        static async Task<double> MillisecondsOfAsync(Func<Task> work)
        {
            long since = Stopwatch.GetTimestamp();
            await work();
            return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        }
    }

    private static async Task StartAndEndEmptyServerAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication server = builder.Build();
        await server.StartAsync();
    }
}
