using DaxProxy.Core.Operations;
using DaxProxy.Tests.Resilience;
using NUnit.Framework;

namespace DaxProxy.Tests.Operations;

public sealed class IdempotenceTests
{
    private const string Key = "'TableName':'T','Key':{'k':{'S':'a'}}";
    private const string Put = "'TableName':'T','Item':{'k':{'S':'a'}}";

    [TestCase("PutItem", Put, ExpectedResult = true)]
    [TestCase("PutItem", Put + ",'ReturnValues':'ALL_OLD'", ExpectedResult = false)]
    [TestCase("PutItem", Put + ",'ConditionExpression':'attribute_not_exists(k)'", ExpectedResult = false)]
    [TestCase("PutItem", Put + ",'Expected':{'k':{'Exists':false}}", ExpectedResult = false)]
    [TestCase("DeleteItem", Key, ExpectedResult = true)]
    [TestCase("DeleteItem", Key + ",'ReturnValues':'ALL_OLD'", ExpectedResult = false)]
    [TestCase("DeleteItem", Key + ",'ConditionExpression':'attribute_exists(k)'", ExpectedResult = false)]
    [TestCase("GetItem", Key, ExpectedResult = false)]
    [TestCase(
        "BatchWriteItem", "'RequestItems':{'T':[{'PutRequest':{'Item':{'k':{'S':'a'}}}},{'DeleteRequest':{'Key':{'k':{'S':'b'}}}}]}",
        ExpectedResult = true)]
    [TestCase("TransactWriteItems", "'TransactItems':[{'Put':{" + Put + "}}]", ExpectedResult = false)]
    [TestCase("TransactWriteItems", "'ClientRequestToken':'t','TransactItems':[{'Put':{" + Put + "}}]", ExpectedResult = true)]
    [TestCase("UpdateItem", Key, ExpectedResult = true)]
    [TestCase("UpdateItem", Key + ",'AttributeUpdates':{'a':{'Value':{'N':'1'}},'b':{'Action':'DELETE'}}", ExpectedResult = true)]
    [TestCase("UpdateItem", Key + ",'AttributeUpdates':{'a':{'Action':'ADD','Value':{'N':'1'}}}", ExpectedResult = false)]
    public bool Holds_Of(string operation, string members) => Idempotence.Holds(ResilienceRig.Decode(operation, "{" + members + "}"));

    [TestCase("SET a = :n", "", ExpectedResult = true)]
    [TestCase("SET a.b = :n REMOVE c, d.e", "", ExpectedResult = true)]
    [TestCase("SET a = :n", ",'ReturnValues':'ALL_NEW'", ExpectedResult = true)]
    [TestCase("SET a = :n", ",'ReturnValues':'UPDATED_NEW'", ExpectedResult = true)]
    [TestCase("SET a = :n", ",'ReturnValues':'ALL_OLD'", ExpectedResult = false)]
    [TestCase("SET a = :n", ",'ReturnValues':'UPDATED_OLD'", ExpectedResult = false)]
    [TestCase("SET a = :n", ",'ConditionExpression':'attribute_exists(k)'", ExpectedResult = false)]
    [TestCase("SET a = a + :n", "", ExpectedResult = false)]
    [TestCase("SET a = b, c = :n", "", ExpectedResult = false)]
    [TestCase("SET a = if_not_exists(a, :n)", "", ExpectedResult = false)]
    [TestCase("SET a = list_append(a, :l)", "", ExpectedResult = false)]
    [TestCase("SET a[0] = :n", "", ExpectedResult = false)]
    [TestCase("SET a[0].b = :n", "", ExpectedResult = false)]
    [TestCase("REMOVE a[0]", "", ExpectedResult = false)]
    [TestCase("ADD a :n", "", ExpectedResult = false)]
    [TestCase("ADD a :s", "", ExpectedResult = false)]
    [TestCase("DELETE a :s", "", ExpectedResult = true)]
    public bool Holds_OfAnUpdate(string update, string members)
    {
        string[] values = [.. new[] { "':n':{'N':'1'}", "':l':{'L':[]}", "':s':{'SS':['x']}" }
            .Where(value => update.Contains(value[1..3], StringComparison.Ordinal))];
        string given = values.Length == 0 ? "" : $",'ExpressionAttributeValues':{{{string.Join(',', values)}}}";
        return Idempotence.Holds(ResilienceRig.Decode("UpdateItem", $"{{{Key},'UpdateExpression':'{update}'{given}{members}}}"));
    }
}
