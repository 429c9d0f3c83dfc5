using DaxProxy.Core.Items;
using DaxProxy.Core.Operations;
using NUnit.Framework;

namespace DaxProxy.Tests.Partiql;

/// <summary>Statements from end to end: PartiQL around the cache around the engine.</summary>
public sealed class ExecuteStatementTests
{
    private PartiqlRig rig = null!;

    [SetUp]
    public async Task FillAsync()
    {
        rig = await PartiqlRig.CreateAsync();
        foreach (string item in (string[])
        [
            "{'Artist':'A','Song':'a1','Yr':1990,'Genre':'rock','Info':{'Len':[1,2,3],'Who':{'Name':'x'}},'Tags':<<'t','u'>>}",
            "{'Artist':'A','Song':'a2','Yr':1991,'Genre':'jazz','N':5}",
            "{'Artist':'A','Song':'a3','Yr':1990}",
            "{'Artist':'B','Song':'b1','Yr':1990,'Flag':null}",
        ])
        {
            Assert.That(await rig.RunAsync("INSERT INTO Music VALUE " + item), Is.EqualTo("""{"Items":[]}"""));
        }
    }

    [TearDown]
    public void Close() => rig.Dispose();

    [TestCase("SELECT Song FROM Music WHERE Artist = 'A'", "a1 a2 a3")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' ORDER BY Song DESC", "a3 a2 a1")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Song BETWEEN 'a2' AND 'a9'", "a2 a3")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Song > 'a1' AND Song < 'a3'", "a2")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND begins_with(Song, 'a')", "a1 a2 a3")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Song <> 'a2'", "a1 a3")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Song = 'a1'", "a1")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Song = 'a1' AND Yr = 7", "")]
    [TestCase("SELECT Song FROM Music WHERE Artist IN ['B', 'A'] ORDER BY Artist", "a1 a2 a3 b1")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Song IN ('a3', 'a1', 'zz')", "a3 a1")]
    [TestCase("SELECT Song FROM Music WHERE (Artist = 'A' AND Song < 'a2') OR (Artist = 'A' AND Song > 'a2')", "a1 a3")]
    [TestCase("SELECT Song FROM Music WHERE Yr = 1991", "a2")]
    [TestCase("SELECT Song FROM Music WHERE Info.Who.Name = 'x'", "a1")]
    [TestCase("SELECT Song FROM Music WHERE Info.Len = [1, 2, 3]", "a1")]
    [TestCase("SELECT Song FROM Music WHERE Tags = <<'u', 't'>>", "a1")]
    [TestCase("SELECT Song FROM Music WHERE contains(Tags, 't')", "a1")]
    [TestCase("SELECT Song FROM Music WHERE size(Tags) = 2", "a1")]
    [TestCase("SELECT Song FROM Music WHERE attribute_type(Info, 'M')", "a1")]
    [TestCase("SELECT Song FROM Music WHERE Info IS STRUCT OR Tags IS BAG", "a1")]
    [TestCase("SELECT Song FROM Music WHERE Flag IS NULL", "b1")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Genre IS MISSING", "a3")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Genre IS NOT MISSING", "a1 a2")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND attribute_exists(Genre) = false", "a3")]
    [TestCase("SELECT Song FROM Music.ByYear WHERE Yr = 1991", "a2")]
    [TestCase("SELECT Song FROM \"Music\".\"ByGenre\" WHERE Artist = 'A' AND Genre >= 'k'", "a1")]
    [TestCase("SELECT Song FROM Music.ByGenre WHERE N = 5", "")]
    [TestCase("SELECT N, Song FROM Music.ByGenre WHERE N = 5", "")]
    [TestCase("SELECT Song FROM Music.ByGenre WHERE N IS MISSING", "a2 a1")]
    [TestCase("SELECT Song FROM Music.ByYear WHERE (Yr = 1990 AND N = 5) OR Yr = 1991", "a2")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND NOT Song = 'a1' OR Artist = 'A' AND Song = 'a2'", "a2 a3")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' OR Artist = 'A' AND NOT Song = 'a1'", "a1 a2 a3")]
    [TestCase("SELECT Song FROM Music.ByYear WHERE Genre = 'rock'", "")]
    public async Task Select_Finds(string statement, string songs)
    {
        ExecuteStatementReply reply = (ExecuteStatementReply)await rig.AskAsync(new ExecuteStatement { Statement = statement });
        Assert.That(
            reply.Items.Select(item => item.Open()["Song"].String), Is.EqualTo(songs.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(reply.NextToken, Is.Null);
    }

    [Test]
    public async Task Select_NestedColumns_GoByTheirLastName()
    {
        Assert.That(await rig.RunAsync("SELECT Info.Who.Name, Info.Len[1], Nothing FROM Music WHERE Artist = 'A' AND Song = 'a1'"),
            Is.EqualTo("""{"Items":[{"Name":{"S":"x"},"Len":{"N":"2"}}]}"""));
        Assert.That(await rig.RunAsync("SELECT Nothing FROM Music WHERE Artist = 'A' AND Song = 'a1'"), Is.EqualTo("""{"Items":[{}]}"""));
    }

    [Test]
    public async Task Select_ColumnsBeyondALocalIndex_AreFetched() => Assert.That(
        await rig.RunAsync("SELECT N FROM Music.ByGenre WHERE Artist = 'A' AND Genre = 'jazz'"),
        Is.EqualTo("""{"Items":[{"N":{"N":"5"}}]}"""));

    [Test]
    public async Task Select_ByKey_IsServedByTheItemCache()
    {
        const string ByKey = "SELECT * FROM Plain WHERE pk = 'k'";
        await rig.RunAsync("INSERT INTO Plain VALUE {'pk': 'k', 'n': 1}");
        Assert.That(await rig.RunAsync(ByKey), Does.Contain("\"n\":{\"N\":\"1\"}"));
        ExecuteStatement request = new() { Statement = ByKey, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        Assert.That(await rig.RunAsync(request), Does.Contain("\"CapacityUnits\":0.0"));
        await rig.RunAsync("UPDATE Plain SET n = n + 1 WHERE pk = 'k'");
        Assert.That(await rig.RunAsync(ByKey), Does.Contain("\"n\":{\"N\":\"2\"}"));
    }

    [TestCase("SELECT Song FROM Music")]
    [TestCase("SELECT Song FROM Music WHERE Artist IN ('A', 'B')")]
    [TestCase("SELECT Song FROM Music WHERE Artist = 'A' AND Song IN ('a1', 'a2', 'a3') OR Artist = 'B'")]
    [TestCase("SELECT Song FROM Music.ByYear WHERE Yr IN (1990, 1991)")]
    public async Task Select_PageByPage_FindsEachOnce(string statement)
    {
        List<string> songs = [];
        string? token = null;
        do
        {
            ExecuteStatementReply page = (ExecuteStatementReply)await rig.AskAsync(
                new ExecuteStatement { Statement = statement, Limit = 1, NextToken = token });
            Assert.That(page.Items, Has.Count.LessThanOrEqualTo(1));
            songs.AddRange(page.Items.Select(item => item.Open()["Song"].String));
            token = page.NextToken;
        }
        while (token is not null);
        Assert.That(songs, Is.EquivalentTo((string[])["a1", "a2", "a3", "b1"]));
    }

    [Test]
    public async Task Select_TokenOfAnotherStatementOrDamaged_IsRefused()
    {
        ExecuteStatement first =
            new() { Statement = "SELECT * FROM Music WHERE Artist = ?", Parameters = [AttributeValue.FromString("A")], Limit = 1 };
        string token = ((ExecuteStatementReply)await rig.AskAsync(first)).NextToken!;
        ExecuteStatement Again(string statement, string artist, string at) =>
            new() { Statement = statement, Parameters = [AttributeValue.FromString(artist)], NextToken = at };

        Assert.That(await rig.RunAsync(Again(first.Statement, "A", token)), Does.StartWith("{\"Items\""));
        string damaged = token[..30] + (token[30] == 'A' ? 'B' : 'A') + token[31..];
        foreach (ExecuteStatement other in (ExecuteStatement[])
        [
            Again(first.Statement, "B", token), Again(first.Statement + " ", "A", token), Again(first.Statement, "A", damaged),
            Again(first.Statement, "A", "x"), Again(first.Statement, "A", "not base64!"),
        ])
        {
            Assert.That(await rig.RunAsync(other), Is.EqualTo("ValidationException: NextToken does not match request"));
        }
    }

    [Test]
    public async Task Select_Capacity_IsThatOfTheNativeReads()
    {
        async Task<string> Units(string statement, bool consistent) => await rig.RunAsync(new ExecuteStatement
        {
            Statement = statement,
            ConsistentRead = consistent,
            ReturnConsumedCapacity = ReturnConsumedCapacity.INDEXES,
        });
        Assert.That(await Units("SELECT Nothing FROM Music WHERE Artist = 'A'", true), Does.StartWith(
            """{"ConsumedCapacity":{"TableName":"Music","CapacityUnits":1.0,"Table":{"CapacityUnits":1.0}},"""));
        Assert.That(await Units("SELECT * FROM Music WHERE Artist IN ('A', 'B')", false), Does.Contain("\"CapacityUnits\":1.0"));
        Assert.That(await Units("SELECT * FROM Music.ByYear WHERE Yr = 1990", false), Does.Contain(
            "\"Table\":{\"CapacityUnits\":0.0},\"GlobalSecondaryIndexes\":{\"ByYear\":{\"CapacityUnits\":0.5}}"));
    }

    [Test]
    public async Task Insert_KeyThatExists_IsADuplicate()
    {
        Assert.That(await rig.RunAsync("INSERT INTO Music VALUE {'Artist':'A','Song':'a1'}"),
            Is.EqualTo("DuplicateItemException: Duplicate primary key exists in table"));
        Assert.That(
            await rig.RunAsync(
                "INSERT INTO Music VALUE {'Artist':?,'Song':?}", AttributeValue.FromString("C"), AttributeValue.FromString("c")),
            Is.EqualTo("""{"Items":[]}"""));
        Assert.That(await rig.RunAsync("INSERT INTO Music VALUE {'Artist':'A'}"), Does.EndWith("Missing the key Song in the item"));
        Assert.That(await rig.RunAsync("INSERT INTO Music VALUE ?", AttributeValue.FromString("A")), Does.StartWith("ValidationException"));
    }

    [TestCase(
        "UPDATE Music SET N = N + 1, M = 'x' WHERE Artist = 'A' AND Song = 'a2' RETURNING MODIFIED NEW *",
        """[{"N":{"N":"6"},"M":{"S":"x"}}]""")]
    [TestCase("UPDATE Music SET N = 1 WHERE Artist = 'A' AND Song = 'a2' RETURNING MODIFIED OLD *", """[{"N":{"N":"5"}}]""")]
    [TestCase("UPDATE Music SET M = 1 WHERE Artist = 'A' AND Song = 'a2' RETURNING MODIFIED OLD *", "[]")]
    [TestCase("UPDATE Music REMOVE Info.Len[0], Info.Len[1] WHERE Artist = 'A' AND Song = 'a1' RETURNING MODIFIED OLD *",
        """[{"Info":{"M":{"Len":{"L":[{"N":"1"},{"N":"2"}]}}}}]""")]
    [TestCase("UPDATE Music SET N = 1 WHERE Artist = 'A' AND Song = 'a2'", "[]")]
    [TestCase("FROM Music WHERE Artist = 'A' AND Song = 'a1' SET Tags = set_add(Tags, <<'v'>>) RETURNING MODIFIED NEW *",
        """[{"Tags":{"SS":["t","u","v"]}}]""")]
    [TestCase(
        "UPDATE Music SET Fresh = set_add(Fresh, <<1>>) WHERE Artist = 'A' AND Song = 'a1' RETURNING MODIFIED NEW *",
        """[{"Fresh":{"NS":["1"]}}]""")]
    [TestCase("UPDATE Music SET Tags = set_delete(Tags, <<'t', 'u'>>) WHERE Artist = 'A' AND Song = 'a1' RETURNING MODIFIED NEW *", "[]")]
    [TestCase("UPDATE Music SET Info.Len = list_append(Info.Len, [4]) REMOVE Info.Who WHERE Artist = 'A' AND Song = 'a1' RETURNING MODIFIED NEW *",
        """[{"Info":{"M":{"Len":{"L":[{"N":"1"},{"N":"2"},{"N":"3"},{"N":"4"}]}}}}]""")]
    [TestCase("DELETE FROM Music WHERE Artist = 'B' AND Song = 'b1' RETURNING ALL OLD *",
        """[{"Artist":{"S":"B"},"Song":{"S":"b1"},"Yr":{"N":"1990"},"Flag":{"NULL":true}}]""")]
    [TestCase("DELETE FROM Music WHERE Artist = 'B' AND Song = 'none' RETURNING ALL OLD *", "[]")]
    public async Task UpdateAndDelete_Return(string statement, string items) =>
        Assert.That(await rig.RunAsync(statement), Is.EqualTo($"{{\"Items\":{items}}}"));

    [TestCase(
        "UPDATE Music SET N = 1 WHERE Artist = 'A' AND Song = 'none'", "ConditionalCheckFailedException: The conditional request failed")]
    [TestCase("UPDATE Music SET N = 1 WHERE Artist = 'A' AND Song = 'none' AND attribute_not_exists(Artist)",
        "ConditionalCheckFailedException: The conditional request failed")]
    [TestCase(
        "UPDATE Music SET N = 1 WHERE Artist = 'A' AND Song = 'a2' AND N > 5",
        "ConditionalCheckFailedException: The conditional request failed")]
    [TestCase(
        "DELETE FROM Music WHERE Artist = 'A' AND Song = 'a2' AND N > 5",
        "ConditionalCheckFailedException: The conditional request failed")]
    [TestCase(
        "UPDATE Music SET N = 1 WHERE Artist = 'A'",
        "ValidationException: Where clause does not contain a mandatory equality on all key attributes")]
    [TestCase("UPDATE Music SET N = 1", "ValidationException: Where clause does not contain a mandatory equality on all key attributes")]
    [TestCase("DELETE FROM Music WHERE Artist = 'A' AND Song > 'a'",
        "ValidationException: Where clause does not contain a mandatory equality on all key attributes")]
    [TestCase("UPDATE Music SET Song = 'x' WHERE Artist = 'A' AND Song = 'a1'",
        "ValidationException: One or more parameter values were invalid: Cannot update attribute Song. This attribute is part of the key")]
    [TestCase("UPDATE Music SET N = set_add(N, <<1>>) WHERE Artist = 'A' AND Song = 'a2'",
        "ValidationException: An operand in the update expression has an incorrect data type")]
    [TestCase("SELECT * FROM Nowhere", "ResourceNotFoundException: Requested resource not found")]
    [TestCase("SELECT * FROM Nowhere WHERE a < true",
        "ValidationException: Incorrect operand type for operator or function; operator or function: <, operand type: BOOL")]
    [TestCase("SELECT * FROM Music.Nothing", "ValidationException: The table does not have the specified index")]
    [TestCase(
        "DELETE FROM Music WHERE Artist = 1 AND Song = 'x'", "ValidationException: The provided key element does not match the schema")]
    public async Task Statement_ThatCannotBe_IsRefused(string statement, string text) =>
        Assert.That(await rig.RunAsync(statement), Is.EqualTo(text));

    [Test]
    public async Task Update_ConditionFails_ReturnsTheItemIfAskedTo()
    {
        ErrorReply reply = (ErrorReply)await rig.AskAsync(new ExecuteStatement
        {
            Statement = "UPDATE Music SET N = 1 WHERE Artist = 'A' AND Song = 'a2' AND N = 7",
            ReturnItemOnConditionFailure = true,
        });
        Assert.That(reply.Error.Item?.Open()["N"], Is.EqualTo(AttributeValue.FromNumber(Number.FromInt64(5))));
    }

    [Test]
    public async Task Table_MadeAndDeleted_IsKnownAtOnce()
    {
        Assert.That(await rig.RunAsync("SELECT * FROM Late"), Does.StartWith("ResourceNotFound"));
        await rig.CallAsync("CreateTable", """
            {"TableName":"Late","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}
            """);
        Assert.That(await rig.RunAsync("SELECT * FROM Late"), Is.EqualTo("""{"Items":[]}"""));
        await rig.CallAsync("DeleteTable", """{"TableName":"Late"}""");
        Assert.That(await rig.RunAsync("SELECT * FROM Late"), Does.StartWith("ResourceNotFound"));
    }

    [Test]
    public async Task Index_OfSeveralHashAttributes_CannotBeRead()
    {
        string made = await rig.CallAsync("CreateTable", """
            {"TableName":"Wide","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
                {"AttributeName":"a","AttributeType":"S"},{"AttributeName":"b","AttributeType":"S"},
                {"AttributeName":"c","AttributeType":"S"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
             "GlobalSecondaryIndexes":[{"IndexName":"two","KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"HASH"},
                {"AttributeName":"c","KeyType":"RANGE"}],
                "Projection":{"ProjectionType":"ALL"}}]}
            """);
        Assert.That(made, Does.Contain("CREATING"));
        Assert.That(await rig.RunAsync("SELECT * FROM Wide.two WHERE a < true"), Is.EqualTo(
            "ValidationException: PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys."));
        Assert.That(await rig.RunAsync("SELECT * FROM Wide"), Is.EqualTo("""{"Items":[]}"""));
    }

    [Test]
    public async Task Json_RequestOfTheApi_IsRead()
    {
        Assert.That(await rig.CallAsync("ExecuteStatement", """
            {"Statement":"SELECT Song FROM Music WHERE Artist = ?","Parameters":[{"S":"A"}],"Limit":2}
            """), Does.StartWith("""
            {"Items":[{"Song":{"S":"a1"}},{"Song":{"S":"a2"}}],"LastEvaluatedKey":{"Artist":{"S":"A"},"Song":{"S":"a2"}},"NextToken":"
            """.Trim()));
        Assert.That(await rig.CallAsync("ExecuteStatement", """{"Statement":"SELECT * FROM Music","Parameters":[{"N":"x"}]}"""),
            Does.Contain("cannot be converted to a numeric value"));
        Assert.That(
            await rig.CallAsync("ExecuteStatement", """{"Statement":""}"""),
            Does.Contain("Member must have length greater than or equal to 1"));
    }
}
