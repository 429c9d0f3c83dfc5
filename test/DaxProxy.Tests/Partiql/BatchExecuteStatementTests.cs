using NUnit.Framework;

namespace DaxProxy.Tests.Partiql;

public sealed class BatchExecuteStatementTests
{
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
    public async Task Batch_Reads_EachForItself() => Assert.That(
        await BatchAsync(
            "SELECT * FROM Plain WHERE pk = 'a'",
            "SELECT n FROM Plain WHERE pk = 'none'",
            "SELECT * FROM Plain WHERE pk = 'a' AND n = 1",
            "SELECT * FROM Plain",
            "SELECT * FROM",
            "SELECT * FROM Nowhere WHERE pk = 'a'"),
        Is.EqualTo("""
            {"Responses":[{"Item":{"pk":{"S":"a"},"n":{"N":"1"}},"TableName":"Plain"},{"TableName":"Plain"},
            {"Error":{"Code":"ValidationError","Message":"Select statements within BatchExecuteStatement must specify the primary key in the where clause."},"TableName":"Plain"},
            {"Error":{"Code":"ValidationError","Message":"Select statements within BatchExecuteStatement must specify the primary key in the where clause."},"TableName":"Plain"},
            {"Error":{"Code":"ValidationError","Message":"Statement wasn't well formed, can't be processed: Unexpected term"}},
            {"Error":{"Code":"ResourceNotFound","Message":"Requested resource not found"}}]}
            """.ReplaceLineEndings("").Trim()));

    [Test]
    public async Task Batch_Writes_EachForItself()
    {
        Assert.That(
            await BatchAsync(
                "INSERT INTO Plain VALUE {'pk': 'b'}",
                "INSERT INTO Plain VALUE {'pk': 'a'}",
                "UPDATE Plain SET n = 2 WHERE pk = 'none'",
                "UPDATE Plain SET n = 2 WHERE pk = 'a' RETURNING ALL NEW *"),
            Is.EqualTo("""
                {"Responses":[{"TableName":"Plain"},
                {"Error":{"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"},"TableName":"Plain"},
                {"Error":{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},"TableName":"Plain"},
                {"Item":{"pk":{"S":"a"},"n":{"N":"2"}},"TableName":"Plain"}]}
                """.ReplaceLineEndings("").Trim()));
        Assert.That(await rig.RunAsync("SELECT pk FROM Plain WHERE pk = 'b'"), Is.EqualTo("""{"Items":[{"pk":{"S":"b"}}]}"""));
    }

    [Test]
    public async Task Batch_ReadsAndWrites_AreNotMixed() => Assert.That(
        await BatchAsync("SELECT * FROM Plain WHERE pk = 'a'", "DELETE FROM Plain WHERE pk = 'a'"), Does.StartWith("ValidationException"));

    [Test]
    public async Task Batch_Capacity_IsSummedByTable() => Assert.That(
        await rig.CallAsync("BatchExecuteStatement", """
            {"ReturnConsumedCapacity":"TOTAL","Statements":[{"Statement":"SELECT * FROM Plain WHERE pk = 'x'","ConsistentRead":true},
             {"Statement":"SELECT * FROM Plain WHERE pk = 'y'"},{"Statement":"SELECT * FROM Music WHERE Artist = 'a' AND Song = 'b'"}]}
            """),
        Does.StartWith("""
            {"ConsumedCapacity":[{"TableName":"Plain","CapacityUnits":1.5},{"TableName":"Music","CapacityUnits":0.5}],"Responses":[
            """.Trim()));

    private Task<string> BatchAsync(params string[] statements) => rig.CallAsync(
        "BatchExecuteStatement",
        $"{{\"Statements\":[{string.Join(",", statements.Select(statement => $"{{\"Statement\":\"{statement}\"}}"))}]}}");
}
