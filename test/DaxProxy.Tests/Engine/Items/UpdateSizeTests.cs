using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Items;

/// <summary>
/// The two limits of an update, to the byte: 409,600 for the item it makes, and for what it writes together with what it costs.
/// </summary>
public sealed class UpdateSizeTests
{
    private const int Max = 409_600;
    private const string TooLarge = "ValidationException\",\"message\":\"Item size to update has exceeded the maximum allowed size\"";

    // The item is pk and its value of one letter (3 bytes), and what the update writes.
    [TestCase("SET v = :v", "{'S':'$'}", 3 + 19 + 1)]
    [TestCase("ADD v :v", "{'SS':['$']}", 3 + 19 + 1)]
    [TestCase("SET v = :v REMOVE w", "{'S':'$'}", 3 + 19 + 2 + 1)]
    [TestCase("SET v = :v, w = :w", "{'S':'$'}", 3 + 19 + 19 + 1 + 2)]
    public async Task Update_AtTheLimitOfWhatItWrites_FitsToTheByte(string expression, string value, int cost)
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        Assert.That(await UpdateAsync(rig, expression, value, Max - cost), Is.EqualTo("{}"));
        Assert.That(await UpdateAsync(rig, expression, value, Max - cost + 1), Does.Contain(TooLarge));
    }

    [Test]
    public async Task Update_ThroughAListIndex_CostsOneMoreAndCountsTheWholeAttribute()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        await rig.CallAsync("PutItem", "{'TableName':'tab','Item':{'pk':{'S':'k'},'v':{'L':[{'S':'x'}]}}}");
        const int Cost = 3 + 20 + 1 + 3 + 1;
        Assert.That(await UpdateAsync(rig, "SET v[0] = :v", "{'S':'$'}", Max - Cost), Is.EqualTo("{}"));
        Assert.That(await UpdateAsync(rig, "SET v[0] = :v", "{'S':'$'}", Max - Cost + 1), Does.Contain(TooLarge));
    }

    [Test]
    public async Task Update_OfASmallPart_IsLimitedByTheWholeItemOnly()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        Assert.That(await rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'k'}},'big':{{'S':'{new string('x', Max - 3 - 3 - 2)}'}}}}}}"),
            Is.EqualTo("{}"));
        Assert.That(await UpdateAsync(rig, "SET v = :v", "{'S':'$'}", 1), Is.EqualTo("{}"));
        Assert.That(await UpdateAsync(rig, "SET v = :v", "{'S':'$'}", 2), Does.Contain(TooLarge));
    }

    private static Task<string> UpdateAsync(EngineRig rig, string expression, string value, int length)
    {
        string second = expression.Contains(":w", StringComparison.Ordinal) ? ",':w':{'S':'y'}" : "";
        return rig.CallAsync("UpdateItem", $"{{'TableName':'tab','Key':{{'pk':{{'S':'k'}}}},'UpdateExpression':'{expression}',"
            + $"'ExpressionAttributeValues':{{':v':{value.Replace("$", new string('x', length), StringComparison.Ordinal)}{second}}}}}");
    }
}
