using System.Text.Json;
using DaxProxy.Core.Wire.Json;
using DaxProxy.Forwarding;
using NUnit.Framework;

namespace DaxProxy.Tests.Backends.Remote;

[TestFixture]
public sealed class ForwardedVerbsTests
{
    private const string Everything = "everything";

    [Test]
    public void TryJudge_OfEveryVerbOfTheApi_KnowsItByName() => Assert.That(
        JsonVerbs.ByTarget.Keys.Where(target => Judge(target, """
            {"TableName":"T","TargetTableName":"T","GlobalTableName":"T","TableCreationParameters":{"TableName":"T"}}
            """) == Everything),
        Is.Empty);

    [TestCase("GetItem", """{"TableName":"T"}""", null)]
    [TestCase("TransactWriteItems", """{"TransactItems":[{"Put":{"TableName":"T"}}]}""", null)]
    [TestCase("GetItem", """{"TableName":"arn:aws:dynamodb:eu-west-1:1:table/T"}""", "")]
    [TestCase("PutItem", """{"TableName":"arn:aws:dynamodb:eu-west-1:1:table/T"}""", "arn:aws:dynamodb:eu-west-1:1:table/T")]
    [TestCase("BatchWriteItem", """{"RequestItems":{"A":[],"arn:x:table/B":[]}}""", "A arn:x:table/B")]
    [TestCase(
        "TransactWriteItems", """{"TransactItems":[{"Put":{"TableName":"A"}},{"Delete":{"TableName":"arn:x:table/B"}}]}""",
        "A arn:x:table/B")]
    [TestCase("BatchGetItem", """{"RequestItems":{"arn:x:table/B":{}}}""", "")]
    [TestCase("PutItem", """{"TableName":"A","TableName":"arn:x:table/B"}""", "A arn:x:table/B")]
    [TestCase("PutItem", """{"TableName":"arn:x:table/B","TableName":"A"}""", "arn:x:table/B A")]
    [TestCase("BatchWriteItem", """{"RequestItems":{"A":[]},"RequestItems":{"arn:x:table/B":[]}}""", "A arn:x:table/B")]
    [TestCase(
        "TransactWriteItems",
        """{"TransactItems":[{"Put":{"TableName":"A"}}],"TransactItems":[{"Put":{"TableName":"arn:x:table/B","TableName":"C"}}]}""",
        "A arn:x:table/B C")]
    [TestCase("CreateTable", """{"TableName":"T"}""", "T")]
    [TestCase("CreateTable", "{}", Everything)]
    [TestCase("ImportTable", """{"TableCreationParameters":{"TableName":"T"}}""", "T")]
    [TestCase("RestoreTableToPointInTime", """{"SourceTableName":"S","TargetTableName":"T"}""", "T")]
    [TestCase("ListTables", "{}", "")]
    [TestCase("ImportTable", """{"TableCreationParameters":[]}""", Everything)]
    [TestCase("SearchVectors", """{"TableName":"T"}""", "")]
    [TestCase("DescribeBulkOperation", """{"BulkOperationArn":"a"}""", "")]
    [TestCase("ListBulkOperations", "{}", "")]
    [TestCase("CancelBulkOperation", """{"BulkOperationArn":"a"}""", "")]
    [TestCase("StartBulkPutItems", """{"TableName":"T"}""", "T")]
    [TestCase("StartBulkPutItems", """{"TableName":"T","TableName":"U"}""", "T U")]
    [TestCase("StartBulkPutItems", "{}", Everything)]
    [TestCase("FrobnicateItems", """{"TableName":"T"}""", Everything)]
    public void TryJudge_OfARequest_SaysWhatItMayChange(string verb, string body, string? expected) =>
        Assert.That(Judge("DynamoDB_20120810." + verb, body), Is.EqualTo(expected));

    [TestCase("GetItem", """{"TableName":"T"}""", "")]
    [TestCase("PutItem", """{"TableName":"T"}""", "T")]
    [TestCase("PutItem", """{"TableName":"arn:x:table/B","Item":7}""", "arn:x:table/B")]
    [TestCase("PutItem", """{"TableName":7}""", Everything)]
    [TestCase("TransactWriteItems", """{"TransactItems":[{"Frobnicate":{"TableName":"A"},"More":{"TableName":"B"}}]}""", "A B")]
    [TestCase("TransactWriteItems", """{"Frobnications":["T"]}""", Everything)]
    [TestCase("ExecuteStatement", """{"Statement":"?"}""", null)]
    public void TryJudgeRefused_OfARequest_SaysWhatItMayChangeIfTheBackendTakesIt(string verb, string body, string? expected)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        bool isLeft = ForwardedVerbs.TryJudgeRefused(
            ForwardedVerbs.Of("DynamoDB_20120810." + verb), document.RootElement, out IReadOnlyList<string>? tables);
        Assert.That(!isLeft ? null : tables is null ? Everything : string.Join(' ', tables), Is.EqualTo(expected));
    }

    private static string? Judge(string target, string body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return !ForwardedVerbs.TryJudge(ForwardedVerbs.Of(target), document.RootElement, out IReadOnlyList<string>? tables) ? null
            : tables is null ? Everything
            : string.Join(' ', tables);
    }
}
