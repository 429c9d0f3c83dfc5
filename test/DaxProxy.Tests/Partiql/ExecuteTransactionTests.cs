using DaxProxy.Core.Operations;
using NUnit.Framework;

namespace DaxProxy.Tests.Partiql;

public sealed class ExecuteTransactionTests
{
    private const string Cancelled =
        "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons ";

    private PartiqlRig rig = null!;

    [SetUp]
    public async Task FillAsync()
    {
        rig = await PartiqlRig.CreateAsync();
        await rig.RunAsync("INSERT INTO Plain VALUE {'pk': 'a', 'n': 1}");
    }

    [TearDown]
    public void Close() => rig.Dispose();

    [Test]
    public async Task Transaction_Reads_AnswersInOrder() => Assert.That(
        await RunAsync(
            "SELECT * FROM Plain WHERE pk = 'a'", "SELECT * FROM Plain WHERE pk = 'none'", "SELECT x FROM Plain WHERE 'aa' = pk"),
        Is.EqualTo("""{"Responses":[{"Item":{"pk":{"S":"a"},"n":{"N":"1"}}},{},{}]}"""));

    [Test]
    public async Task Transaction_ReadOfMissingColumn_IsAnEmptyItem() => Assert.That(
        await RunAsync("SELECT x FROM Plain WHERE pk = 'a'"), Is.EqualTo("""{"Responses":[{"Item":{}}]}"""));

    [Test]
    public async Task Transaction_Writes_AreAllMade()
    {
        Assert.That(
            await RunAsync("INSERT INTO Plain VALUE {'pk': 'b'}", "UPDATE Plain SET n = n + 1 WHERE pk = 'a'",
                "EXISTS(SELECT * FROM Plain WHERE pk = 'c' AND n IS MISSING)", "DELETE FROM Plain WHERE pk = 'd'"),
            Is.EqualTo("""{"Responses":[]}"""));
        Assert.That(await rig.RunAsync("SELECT n FROM Plain WHERE pk = 'a'"), Is.EqualTo("""{"Items":[{"n":{"N":"2"}}]}"""));
        Assert.That(await rig.RunAsync("SELECT pk FROM Plain WHERE pk = 'b'"), Does.Contain("\"b\""));
    }

    [Test]
    public async Task Transaction_SomeCannotBeMade_NoneIs()
    {
        Assert.That(
            await RunAsync(
                "INSERT INTO Plain VALUE {'pk': 'b'}", "INSERT INTO Plain VALUE {'pk': 'a'}", "UPDATE Plain SET n = 2 WHERE pk = 'none'",
                "EXISTS(SELECT * FROM Plain WHERE pk = 'x' AND n = 1)"),
            Is.EqualTo(Cancelled + "[None, DuplicateItem, ConditionalCheckFailed, ConditionalCheckFailed]"));
        Assert.That(await rig.RunAsync("SELECT pk FROM Plain WHERE pk = 'b'"), Is.EqualTo("""{"Items":[]}"""));
    }

    [Test]
    public async Task Transaction_SameToken_HasNoEffectAndOtherParametersMismatch()
    {
        Task<string> AddAsync(int amount) => rig.CallAsync("ExecuteTransaction",
            $"{{\"ClientRequestToken\":\"t1\",\"TransactStatements\":[{{\"Statement\":\"UPDATE Plain SET n = n + ? WHERE pk = 'a'\",\"Parameters\":[{{\"N\":\"{amount}\"}}]}}]}}");
        Assert.That(await AddAsync(1), Is.EqualTo("""{"Responses":[]}"""));
        Assert.That(await AddAsync(1), Is.EqualTo("""{"Responses":[]}"""));
        Assert.That(await rig.RunAsync("SELECT n FROM Plain WHERE pk = 'a'"), Does.Contain("\"N\":\"2\""));
        Assert.That(await AddAsync(2), Does.StartWith("IdempotentParameterMismatchException"));
    }

    [Test]
    public async Task Transaction_SameTokenWithMembersOfAParameterInAnotherOrder_IsARepetition()
    {
        Task<string> SetAsync(string map) => rig.CallAsync("ExecuteTransaction",
            $"{{\"ClientRequestToken\":\"t2\",\"TransactStatements\":[{{\"Statement\":\"UPDATE Plain SET m = ? WHERE pk = 'a'\",\"Parameters\":[{{\"M\":{map}}}]}}]}}");
        Assert.That(await SetAsync("""{"x":{"N":"1"},"y":{"N":"2"}}"""), Is.EqualTo("""{"Responses":[]}"""));
        Assert.That(await SetAsync("""{"y":{"N":"2"},"x":{"N":"1"}}"""), Is.EqualTo("""{"Responses":[]}"""));
        Assert.That(await SetAsync("""{"y":{"N":"1"},"x":{"N":"2"}}"""), Does.StartWith("IdempotentParameterMismatchException"));
    }

    [TestCase("Validation failed in TransactStatements[1]: RETURNING clause is not supported in ExecuteTransaction.",
        "DELETE FROM Plain WHERE pk = 'a'", "DELETE FROM Plain WHERE pk = 'b' RETURNING ALL OLD *")]
    [TestCase("Validation failed in TransactStatements[0]: Reads on indices are not supported within transactions.",
        "SELECT * FROM Music.ByYear WHERE Yr = 1990")]
    [TestCase("Validation failed in TransactStatements[0]: Select statements within ExecuteTransaction must specify the primary key in the where clause.",
        "SELECT * FROM Plain WHERE pk = 'a' AND n = 1")]
    [TestCase("Validation failed in TransactStatements[0]: EXISTS() must contain a single item read with additional condition",
        "EXISTS(SELECT * FROM Plain WHERE pk = 'a')")]
    [TestCase("Validation failed in TransactStatements[0]: EXISTS() must contain a single item read with additional condition",
        "EXISTS(SELECT * FROM Plain WHERE pk = 'a' AND n = 1 AND n < 2)")]
    [TestCase(
        "Validation failed in TransactStatements[0]: Statement wasn't well formed, can't be processed: Expected data manipulation",
        "nonsense")]
    [TestCase("Transaction request cannot include multiple operations on one item",
        "DELETE FROM Plain WHERE pk = 'a'", "UPDATE Plain SET n = 1 WHERE pk = 'a'")]
    public async Task Transaction_StaticFault_IsRefusedAsAWhole(string text, params string[] statements) =>
        Assert.That(await RunAsync(statements), Is.EqualTo("ValidationException: " + text));

    [Test]
    public async Task Transaction_UnknownTable_IsRefusedAsAWhole() => Assert.That(
        await RunAsync("DELETE FROM Nowhere WHERE pk = 'a'"), Is.EqualTo("ResourceNotFoundException: Requested resource not found"));

    [Test]
    public async Task Exists_OnItsOwn_IsNoStatement() => Assert.That(
        await rig.RunAsync("EXISTS(SELECT * FROM Plain WHERE pk = 'a' AND n = 1)"),
        Is.EqualTo("ValidationException: Unrecognized function: exists at 1:1:6"));

    [Test]
    public async Task Transaction_Capacity_IsDoubledAndSplit()
    {
        ExecuteTransaction request = new()
        {
            Statements = [new ExecuteStatement { Statement = "UPDATE Plain SET n = 9 WHERE pk = 'a'" }],
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        Assert.That(await rig.RunAsync(request),
            Does.StartWith("""{"ConsumedCapacity":[{"TableName":"Plain","CapacityUnits":2.0,"WriteCapacityUnits":2.0}]"""));
    }

    private Task<string> RunAsync(params string[] statements) =>
        rig.RunAsync(new ExecuteTransaction { Statements = [.. statements.Select(text => new ExecuteStatement { Statement = text })] });
}
