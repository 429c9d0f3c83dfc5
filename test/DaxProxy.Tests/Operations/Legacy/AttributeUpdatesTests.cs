using DaxProxy.Tests.Engine;
using NUnit.Framework;

namespace DaxProxy.Tests.Operations.Legacy;

public sealed class AttributeUpdatesTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["S"] = "'a'",
        ["N"] = "'1'",
        ["B"] = "'YQ=='",
        ["SS"] = "['a']",
        ["NS"] = "['1']",
        ["BS"] = "['YQ==']",
        ["M"] = "{}",
        ["L"] = "[]",
        ["NULL"] = "true",
        ["BOOL"] = "true",
    };

    [TestCase("", "Only DELETE action is allowed when no attribute value is specified")]
    [TestCase("'Action':'PUT'", "Only DELETE action is allowed when no attribute value is specified")]
    [TestCase("'Action':'ADD'", "Only DELETE action is allowed when no attribute value is specified")]
    [TestCase("'Action':'DELETE'", null)]
    public void Action_WithoutValue_MustBeDelete(string entry, string? fault) => AssertFault($"{{{entry}}}", fault);

    [Test]
    public void Action_WithAType_TakesItOrNot(
        [Values("PUT", "ADD", "DELETE")] string action,
        [Values("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL")] string type)
    {
        string? fault = action switch
        {
            "DELETE" when type is not ("SS" or "NS" or "BS") => $"DELETE action with value is not supported for the type {type}",
            "ADD" when type is "S" or "B" or "BOOL" or "NULL" or "M" => $"ADD action is not supported for the type {type}",
            _ => null,
        };
        AssertFault($"{{'Action':'{action}','Value':{{'{type}':{Values[type]}}}}}", fault);
    }

    [Test]
    public void Value_ThatIsBadInItself_ComesFirst() => Assert.That(
        LegacyRequest.FaultOf("UpdateItem", "'AttributeUpdates':{'a':{'Action':'DELETE','Value':{'S':'a','N':'1'}}}"),
        Does.EndWith("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"));

    [TestCase("{}", "{'h':{'S':'a'}}", TestName = "NoUpdates_CreateTheKeyAlone")]
    [TestCase("{'a':{'Value':{'S':'x'}}}", "{'h':{'S':'a'},'a':{'S':'x'}}", TestName = "Put_WithoutAction_IsTheDefault")]
    [TestCase("{'a':{'Action':'ADD','Value':{'N':'3'}}}", "{'h':{'S':'a'},'a':{'N':'3'}}", TestName = "Add_ToNothing_CreatesTheItem")]
    [TestCase(
        "{'a':{'Action':'ADD','Value':{'L':[{'S':'x'}]}}}", "{'h':{'S':'a'},'a':{'L':[{'S':'x'}]}}", TestName = "Add_OfAList_CreatesIt")]
    [TestCase("{'a':{'Action':'DELETE'}}", null, TestName = "Delete_OfNothing_CreatesNothing")]
    public async Task Updates_OfAMissingItem_CreateWhatTheySay(string updates, string? item)
    {
        using EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        await rig.CallAsync("UpdateItem", LegacyRequest.Body("UpdateItem", "'AttributeUpdates':" + updates));
        Assert.That(await rig.ReadAsync("GetItem", LegacyRequest.Body("GetItem", ""), "Item"), Is.EqualTo(item?.Replace('\'', '"')));
    }

    [TestCase("{'n':{'Action':'ADD','Value':{'N':'2.5'}}}", "{'n':{'N':'7.5'}}")]
    [TestCase("{'ss':{'Action':'ADD','Value':{'SS':['a','c']}}}", "{'ss':{'SS':['a','b','c']}}")]
    [TestCase("{'l':{'Action':'ADD','Value':{'L':[{'N':'2'}]}}}", "{'l':{'L':[{'N':'1'},{'N':'2'}]}}")]
    [TestCase("{'ss':{'Action':'DELETE','Value':{'SS':['a','z']}}}", "{'ss':{'SS':['b']}}")]
    [TestCase("{'ss':{'Action':'DELETE','Value':{'SS':['a','b']}}}", null)]
    [TestCase("{'n':{'Action':'DELETE'}}", null)]
    [TestCase("{'n':{'Value':{'S':'x'}},'new':{'Value':{'M':{}}}}", "{'n':{'S':'x'},'new':{'M':{}}}")]
    [TestCase("{'a.b':{'Value':{'S':'x'}}}", "{'a.b':{'S':'x'}}")]
    public async Task Updates_OfAnItem_ReturnWhatTheyWrote(string updates, string? attributes)
    {
        using EngineRig rig = await RigAsync();
        string request = LegacyRequest.Body("UpdateItem", $"'AttributeUpdates':{updates},'ReturnValues':'UPDATED_NEW'");
        Assert.That(await rig.ReadAsync("UpdateItem", request, "Attributes"), Is.EqualTo(attributes?.Replace('\'', '"')));
    }

    [TestCase("{'n':{'Action':'ADD','Value':{'SS':['a']}}}", "Type mismatch for attribute to update")]
    [TestCase("{'ss':{'Action':'ADD','Value':{'N':'1'}}}", "Type mismatch for attribute to update")]
    [TestCase("{'ss':{'Action':'DELETE','Value':{'NS':['1']}}}", "Type mismatch for attribute to update")]
    [TestCase("{'h':{'Value':{'S':'b'}}}", LegacyRequest.Invalid + "Cannot update attribute h. This attribute is part of the key")]
    public async Task Updates_ThatDoNotFitTheItem_AreRefused(string updates, string fault)
    {
        using EngineRig rig = await RigAsync();
        string request = LegacyRequest.Body("UpdateItem", $"'AttributeUpdates':{updates}");
        Assert.That(await rig.ReadAsync("UpdateItem", request, "message"), Is.EqualTo($"\"{fault}\""));
    }

    [Test]
    public async Task Updates_WithExpected_AreConditional()
    {
        using EngineRig rig = await RigAsync();
        const string Updates = "'AttributeUpdates':{'n':{'Value':{'N':'6'}}},'Expected':{'n':{'Value':{'N':'5'}}}";
        Assert.That(await rig.CallAsync("UpdateItem", LegacyRequest.Body("UpdateItem", Updates)), Is.EqualTo("{}"));
        Assert.That(await rig.CallAsync("UpdateItem", LegacyRequest.Body("UpdateItem", Updates)), Does.Contain("ConditionalCheckFailed"));
    }

    private static async Task<EngineRig> RigAsync()
    {
        EngineRig rig = new();
        await rig.CallAsync("CreateTable", LegacyTables.Hash);
        await rig.CallAsync(
            "PutItem", "{'TableName':'Old','Item':{'h':{'S':'a'},'n':{'N':'5'},'ss':{'SS':['a','b']},'l':{'L':[{'N':'1'}]}}}");
        return rig;
    }

    private static void AssertFault(string entry, string? fault) => Assert.That(
        LegacyRequest.FaultOf("UpdateItem", $"'AttributeUpdates':{{'a':{entry}}}"),
        Is.EqualTo(fault is null ? null : LegacyRequest.Envelope + LegacyRequest.Invalid + fault));
}
