using NUnit.Framework;

namespace DaxProxy.Conformance.Operations;

/// <summary>
/// Values of transactions that are nested deeply. Source: answers of the service that paritysuite/dynamodb-conformance recorded in October
/// 2026 (tests/tier3/limits/nestingDepth.test.ts), as thirty regions gave them.
/// </summary>
public sealed class TransactionDepthTests(Stack stack) : ConformanceTest(stack)
{
    private const string TooDeep =
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";

    [SetUp]
    public async Task MakeTableAsync()
    {
        await MakeTableAsync(Plain);
        await PutAsync("{'p':{'S':'a'},'marker':{'S':'x'}}");
    }

    [Test]
    public async Task Value_OfThirtyThreeLevels_IsNoFault_UntilItIsWritten()
    {
        Assert.That(
            (await WriteAsync("Update", "'UpdateExpression':'SET touched=:t','ConditionExpression':'d=:deep','ExpressionAttributeValues':{':t':{'S':'y'},", 32)).Error,
            Does.StartWith("TransactionCanceledException: ").And.Contains("[ConditionalCheckFailed]"));
        Assert.That(
            (await WriteAsync("ConditionCheck", "'ConditionExpression':'d=:deep','ExpressionAttributeValues':{", 32)).Error,
            Does.Contain("[ConditionalCheckFailed]"));
        WireReply written = await WriteAsync("Update", "'UpdateExpression':'SET d=:deep','ExpressionAttributeValues':{", 32);
        Assert.That(written.Error, Does.StartWith("TransactionCanceledException: ").And.Contains("[ValidationError]"));
        Assert.That(written["CancellationReasons.0.Message"], Is.EqualTo("'Nesting Levels have exceeded supported limits'"));
        Assert.That(await ReadAsync("{'p':{'S':'a'}}"), Does.Contain("marker").And.Not.Contain("touched").And.Not.Contain("'d'"));
        Assert.That((await WriteAsync("Update", "'UpdateExpression':'SET d=:deep','ExpressionAttributeValues':{", 31)).Error, Is.Null);
    }

    [Test]
    public async Task Value_OfMoreLevels_IsRefusedBeforeAnyTableIsLookedFor(
        [Values("Update", "ConditionCheck", "Delete")] string action, [Values(33, 61, 99)] int wraps)
    {
        string expression = action == "Update" ? "'UpdateExpression':'SET d=:deep'" : "'ConditionExpression':'d=:deep'";
        Assert.That(
            (await WriteAsync(action, $"{expression},'ExpressionAttributeValues':{{", wraps, "t-absent")).Error,
            Is.EqualTo($"ValidationException: ExpressionAttributeValues contains invalid value: {TooDeep} for key :deep"));
    }

    [Test]
    public async Task Item_OfThirtyThreeLevels_IsRefusedAtTheTop([Values(32, 61)] int wraps) => Assert.That(
        (await SendAsync("TransactWriteItems", $"{{'TransactItems':[{{'Put':{{'TableName':'$T','Item':{{'p':{{'S':'b'}},'d':{Deep(wraps)}}}}}}}]}}")).Error,
        Is.EqualTo($"ValidationException: {TooDeep}"));

    private static string Deep(int wraps) =>
        string.Concat(Enumerable.Repeat("{'M':{'n':", wraps)) + "{'S':'leaf'}" + new string('}', 2 * wraps);

    private Task<WireReply> WriteAsync(string action, string members, int wraps, string table = "$T") => SendAsync(
        "TransactWriteItems",
        $"{{'TransactItems':[{{'{action}':{{'TableName':'{table}','Key':{{'p':{{'S':'a'}}}},{members}':deep':{Deep(wraps)}}}}}}}]}}");
}
