using DaxProxy.Core.Errors;
using DaxProxy.Core.Items;
using DaxProxy.Tests.Partiql;
using NUnit.Framework;

namespace DaxProxy.Tests.Engine.Items;

/// <summary>
/// The two limits of an update, to the byte: 409,600 for the item it makes, and for what an UpdateExpression costs as it was sent. Costs
/// are those that paritysuite/dynamodb-conformance measured (<c>tests/tier3/limits/itemSizeBySurface.test.ts</c>, October 2026).
/// </summary>
public sealed class UpdateSizeTests
{
    private const int Max = 409_600;
    private const string TooLarge = "ValidationException\",\"message\":\"Item size to update has exceeded the maximum allowed size\"";

    /// <summary>An update's own cost, and that of <c>SET b = :b</c> without its value.</summary>
    private const int Base = 3 + 19 + 1;

    private const string Eleven =
        "'l':{'L':[{'S':''},{'S':''},{'S':''},{'S':''},{'S':''},{'S':''},{'S':''},{'S':''},{'S':''},{'S':''},{'S':'x'}]}";

    [TestCase(" ", "", "", 0)]
    [TestCase(", c = :s", "", "':s':{'S':'y'}", 19 + 1 + 1)]
    [TestCase(", c = big", "'big':{'S':'1234567890'}", "", 19 + 1 + 1 + 14 + 3)]
    [TestCase(", c = m.z", "'m':{'M':{'z':{'S':'1'}}}", "", 19 + 1 + 1 + 14 + 1 + 14 + 1)]
    [TestCase(", c = m.a.z", "'m':{'M':{'a':{'M':{'z':{'S':'1'}}}}}", "", 19 + 1 + 1 + 14 + 1 + 14 + 1 + 14 + 1)]
    [TestCase(", c = l[10]", Eleven, "", 19 + 1 + 1 + 14 + 1 + 14 + 2)]
    [TestCase(", l[10] = :s", Eleven, "':s':{'S':'y'}", 19 + 1 + 4 + 2 + 1)]
    [TestCase(", m.zz = :s", "'m':{'M':{}}", "':s':{'S':'y'}", 19 + 1 + 4 + 2 + 1)]
    [TestCase(
        ", l = list_append(l, :l)", "'l':{'L':[{'S':'e'}]}", "':l':{'L':[{'S':'1234567890'}]}", 19 + 1 + 37 + 1 + 14 + 1 + 3 + 1 + 10)]
    [TestCase(", l = list_append(:l, :l)", "", "':l':{'L':[{'S':'y'}]}", 19 + 1 + 37 + (2 * (3 + 1 + 1)))]
    [TestCase(", n = n + :n", "'n':{'N':'12345678901234567890'}", "':n':{'N':'1'}", 19 + 1 + 34 + 1 + 14 + 1 + 2)]
    [TestCase(", n = n - :n", "'n':{'N':'1'}", "':n':{'N':'1'}", 19 + 1 + 37 + 1 + 14 + 1 + 2)]
    [TestCase(", c = if_not_exists(c, :s)", "'c':{'S':'c'}", "':s':{'S':'vv'}", 19 + 1 + 39 + 1 + 14 + 1 + 2)]
    [TestCase(", d = if_not_exists(d, :s)", "", "':s':{'S':'vv'}", 19 + 1 + 39 + 1 + 14 + 1 + 2)]
    [TestCase(
        ", c = if_not_exists(c, :m)", "'c':{'S':'c'}", "':m':{'M':{'a':{'S':'1234567890'}}}", 19 + 1 + 39 + 1 + 14 + 1 + 3 + 1 + 1 + 10)]
    [TestCase(" ADD n :n", "'n':{'N':'1'}", "':n':{'N':'1'}", 19 + 1 + 2)]
    [TestCase(" ADD ss :ss", "'ss':{'SS':['p']}", "':ss':{'SS':['12345','67890']}", 19 + 2 + 10)]
    [TestCase(" REMOVE big", "'big':{'S':'1'}", "", 1 + 3)]
    [TestCase(" REMOVE nothing", "", "", 1 + 7)]
    [TestCase(" REMOVE m.z", "'m':{'M':{'z':{'S':'1'}}}", "", 1 + 1 + 4 + 1)]
    [TestCase(" REMOVE l[10]", Eleven, "", 1 + 1 + 4 + 2)]
    [TestCase(" DELETE ss :ss", "'ss':{'SS':['p','q']}", "':ss':{'SS':['qqqqqqqqqqqqqqqqqqqq']}", 1 + 2)]
    public async Task UpdateExpression_AtTheLimitOfWhatItCosts_FitsToTheByte(string more, string seed, string values, int cost)
    {
        using EngineRig rig = await SeededAsync(seed);
        int longest = Max - Base - cost;
        Assert.That(await SetAsync(rig, longest, more, values), Is.EqualTo("{}"));
        await SeedAsync(rig, seed);
        Assert.That(await SetAsync(rig, longest + 1, more, values), Does.Contain(TooLarge));
    }

    [Test]
    public async Task UpdateExpression_OfASmallPart_IsLimitedByTheWholeItemOnly()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        Assert.That(
            await rig.CallAsync(
                "PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'k'}},'big':{{'S':'{new string('x', Max - 3 - 3 - 2)}'}}}}}}"),
            Is.EqualTo("{}"));
        Assert.That(await SetAsync(rig, 1, "", ""), Is.EqualTo("{}"));
        Assert.That(await SetAsync(rig, 2, "", ""), Does.Contain(TooLarge));
    }

    [TestCase("attribute_exists(c)")]
    [TestCase("attribute_exists(nope)")]
    public async Task UpdateExpression_ThatCostsTooMuch_IsRefusedBeforeItsCondition(string condition)
    {
        using EngineRig rig = await SeededAsync("'c':{'S':'c'}");
        string reply =
            await rig.CallAsync("UpdateItem", "{'TableName':'tab','Key':{'pk':{'S':'k'}},'UpdateExpression':'SET c = if_not_exists(c, :h)',"
                + $"'ConditionExpression':'{condition}','ExpressionAttributeValues':{{':h':{{'S':'{new string('h', Max)}'}}}}}}");
        Assert.That(reply, Does.Contain(TooLarge));
    }

    /// <summary>Ten regions, those with the older checks, know no cost of an update.</summary>
    [Test]
    public async Task UpdateExpression_InTheClassicProfile_IsLimitedByTheItemAlone()
    {
        using EngineRig rig = new(ValidationProfile.Classic);
        await rig.CreateHashTableAsync("tab");
        Assert.That(await SetAsync(rig, Max - 3 - 1, "", ""), Is.EqualTo("{}"));
        Assert.That(await SetAsync(rig, Max - 3, "", ""), Does.Contain(TooLarge));
    }

    [Test]
    public async Task AttributeUpdates_AreLimitedByTheItemAlone()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        Assert.That(await PutAsync(Max - 3 - 1), Is.EqualTo("{}"));
        Assert.That(await PutAsync(Max - 3), Does.Contain(TooLarge));

        Task<string> PutAsync(int length) => rig.CallAsync("UpdateItem", "{'TableName':'tab','Key':{'pk':{'S':'k'}},"
            + $"'AttributeUpdates':{{'b':{{'Value':{{'S':'{new string('x', length)}'}}}}}}}}");
    }

    [Test]
    public async Task TransactedUpdate_IsLimitedByTheItemAlone()
    {
        using EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        Assert.That(await SetAsync(Max - 3 - 1), Is.EqualTo("{}"));
        Assert.That(await SetAsync(Max - 3), Does.Contain("TransactionCanceledException").And.Contain("Item size to update"));

        Task<string> SetAsync(int length) =>
            rig.CallAsync("TransactWriteItems", "{'TransactItems':[{'Update':{'TableName':'tab','Key':{'pk':{'S':'k'}},"
                + $"'UpdateExpression':'SET b = :b','ExpressionAttributeValues':{{':b':{{'S':'{new string('x', length)}'}}}}}}}}]}}");
    }

    [Test]
    public async Task UpdateStatement_IsLimitedByTheItemAlone()
    {
        using PartiqlRig rig = await PartiqlRig.CreateAsync();
        await rig.RunAsync("INSERT INTO Plain VALUE {'pk': 'k'}");
        Assert.That(await SetAsync(Max - 3 - 1), Is.EqualTo("{\"Items\":[]}"));
        Assert.That(await SetAsync(Max - 3), Is.EqualTo("ValidationException: Item size to update has exceeded the maximum allowed size"));

        Task<string> SetAsync(int length) =>
            rig.RunAsync("UPDATE Plain SET b = ? WHERE pk = 'k'", AttributeValue.FromString(new string('x', length)));
    }

    private static async Task<EngineRig> SeededAsync(string seed)
    {
        EngineRig rig = new();
        await rig.CreateHashTableAsync("tab");
        await SeedAsync(rig, seed);
        return rig;
    }

    private static Task<string> SeedAsync(EngineRig rig, string seed) =>
        rig.CallAsync("PutItem", $"{{'TableName':'tab','Item':{{'pk':{{'S':'k'}}{(seed.Length == 0 ? "" : "," + seed)}}}}}");

    /// <summary><c>SET b = :b</c> and more, with a value of a length.</summary>
    private static Task<string> SetAsync(EngineRig rig, int length, string more, string values) =>
        rig.CallAsync("UpdateItem", $"{{'TableName':'tab','Key':{{'pk':{{'S':'k'}}}},'UpdateExpression':'SET b = :b{more}',"
            + $"'ExpressionAttributeValues':{{':b':{{'S':'{new string('x', length)}'}}{(values.Length == 0 ? "" : "," + values)}}}}}");
}
