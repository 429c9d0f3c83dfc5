using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using NUnit.Framework;

namespace DaxProxy.Conformance;

/// <summary>A test on one stack with a table name of its own.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
[TestFixtureSource(typeof(Stacks), nameof(Stacks.Every))]
public abstract class ConformanceTest(Stack stack)
{
    /// <summary>The key of the table that most tests use: one string.</summary>
    internal static readonly TableShape Plain = new("p:S");

    /// <summary>The key of a table with a partition and a sort key, both strings.</summary>
    internal static readonly TableShape Sorted = new("p:S s:S");

    /// <summary>What the test talks to.</summary>
    protected Stack Stack { get; } = stack;

    /// <summary>The stack through the SDK.</summary>
    protected IAmazonDynamoDB Sdk => Stack.Sdk;

    /// <summary>A table name that no other test uses; <c>$T</c> in requests stands for it.</summary>
    protected string Table { get; } = "t-" + Guid.NewGuid().ToString("N");

    [TearDown]
    public async Task LeaveNothingElsewhereAsync()
    {
        Stacks.Foreign?.Note(Stack);
        if (Stack.IsElsewhere)
        {
            await SendAsync("DeleteTable", "{'TableName':'$T'}");
        }
    }

    /// <summary>Sends JSON as it stands, apostrophes for quotes.</summary>
    protected Task<WireReply> SendAsync(string operation, string json) =>
        Stack.Wire.SendAsync(operation, json.Replace("$T", Table, StringComparison.Ordinal));

    /// <summary>Makes the test's table and returns when it takes items.</summary>
    private protected async Task MakeTableAsync(TableShape shape)
    {
        await Sdk.CreateTableAsync(shape.Request(Table));
        while (Stack.IsElsewhere && (await Sdk.DescribeTableAsync(Table)).Table.TableStatus != TableStatus.ACTIVE)
        {
            await Task.Delay(200);
        }
    }

    /// <summary>Puts an item written as JSON.</summary>
    protected Task PutAsync(string item) => Sdk.PutItemAsync(Table, Attributes.Item(item));

    /// <summary>Reads an item consistently; its text, or <c>none</c>.</summary>
    protected async Task<string> ReadAsync(string key)
    {
        GetItemResponse reply = await Sdk.GetItemAsync(Table, Attributes.Item(key), consistentRead: true);
        return Attributes.Text(reply.IsItemSet ? reply.Item : null);
    }
}
