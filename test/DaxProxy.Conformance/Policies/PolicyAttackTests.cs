using System.Formats.Cbor;
using System.Text;
using DaxProxy.Conformance.Dax;
using NUnit.Framework;

namespace DaxProxy.Conformance.Policies;

/// <summary>What a client with little rights tries: to learn what is there, to have more, and to get at it by other names.</summary>
public sealed class PolicyAttackTests
{
    private const string Denied = "#AccessDeniedException";

    /// <summary>What only some may see, as an answer of the DAX protocol has it.</summary>
    private static readonly string HiddenValue = Convert.ToHexStringLower("hidden-value"u8);

    private PolicyHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        const string own = PolicyHost.Tables + "own";
        host = await PolicyHost.StartAsync(new Dictionary<string, string>
        {
            ["users/root"] = "Full",
            ["users/reader"] = "ReadOnly",
            ["users/guest.json"] = $$"""
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dax:*","Resource":"*"},
                {"Effect":"Allow","Action":"dynamodb:*","Resource":["{{own}}","{{own}}/*"]}]}
                """,
            ["users/tenant.json"] = """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dax:*","Resource":"*"},
                {"Effect":"Allow","Action":["dynamodb:*Item","dynamodb:Query","dynamodb:PartiQL*"],"Resource":"*",
                "Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["${aws:username}"]}}}]}
                """,
            ["users/columns.json"] = """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dax:*","Resource":"*"},
                {"Effect":"Allow","Action":"dynamodb:*","Resource":"*",
                "Condition":{"ForAllValues:StringEquals":{"dynamodb:Attributes":["pk","n"]},
                "StringEqualsIfExists":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES","dynamodb:ReturnValues":["NONE","UPDATED_OLD","UPDATED_NEW"]}}}]}
                """,
            ["users/daxless.json"] = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}}""",
            ["users/indexer.json"] = $$"""
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dax:*","Resource":"*"},
                {"Effect":"Allow","Action":"dynamodb:Query","Resource":"{{PolicyHost.Tables}}secret/index/byOwner"}]}
                """,
        });
        foreach (string table in (string[])["own", "secret"])
        {
            Assert.That(await host.AskAsync("root", "CreateTable", $$$"""
                {"TableName":"{{{table}}}","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"owner","AttributeType":"S"}],
                "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},
                "GlobalSecondaryIndexes":[{"IndexName":"byOwner","KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}],
                "Projection":{"ProjectionType":"ALL"}}]}
                """), Does.StartWith("200"));
            foreach (string key in (string[])["a", "tenant"])
            {
                await host.AskAsync(
                    "root",
                    "PutItem",
                    """{"TableName":"T","Item":{"pk":{"S":"K"},"owner":{"S":"o"},"n":{"N":"1"},"secret":{"S":"hidden-value"}}}"""
                    .Replace("\"T\"", $"\"{table}\"", StringComparison.Ordinal).Replace("\"K\"", $"\"{key}\"", StringComparison.Ordinal));
            }
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await host.DisposeAsync();

    [TestCase("GetItem", """{"TableName":"%","Key":{"pk":{"S":"a"}}}""")]
    [TestCase("GetItem", """{"TableName":"%","Key":{"wrong":{"N":"1"}}}""")]
    [TestCase(
        "Query",
        """{"TableName":"%","IndexName":"byOwner","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}""")]
    [TestCase(
        "Query",
        """{"TableName":"%","IndexName":"none","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}""")]
    [TestCase("Scan", """{"TableName":"%"}""")]
    [TestCase("PutItem", """{"TableName":"%","Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_not_exists(pk)"}""")]
    [TestCase("BatchGetItem", """{"RequestItems":{"own":{"Keys":[{"pk":{"S":"a"}}]},"%":{"Keys":[{"pk":{"S":"a"}}]}}}""")]
    [TestCase(
        "BatchWriteItem",
        """{"RequestItems":{"own":[{"PutRequest":{"Item":{"pk":{"S":"b"}}}}],"%":[{"DeleteRequest":{"Key":{"pk":{"S":"a"}}}}]}}""")]
    [TestCase(
        "TransactGetItems",
        """{"TransactItems":[{"Get":{"TableName":"own","Key":{"pk":{"S":"a"}}}},{"Get":{"TableName":"%","Key":{"pk":{"S":"a"}}}}]}""")]
    [TestCase(
        "TransactWriteItems",
        """{"TransactItems":[{"ConditionCheck":{"TableName":"%","Key":{"pk":{"S":"a"}},"ConditionExpression":"attribute_exists(pk)"}}]}""")]
    [TestCase("ExecuteStatement", """{"Statement":"SELECT * FROM \"%\" WHERE pk = 'a'"}""")]
    [TestCase("ExecuteStatement", """{"Statement":"select * from \"%\".\"byOwner\" where owner = 'o'"}""")]
    [TestCase("ExecuteStatement", """{"Statement":"UPDATE \"%\" SET n = 2 WHERE pk = 'a' RETURNING ALL OLD *"}""")]
    [TestCase("ExecuteTransaction", """{"TransactStatements":[{"Statement":"EXISTS(SELECT * FROM \"%\" WHERE pk = 'a' AND n = 1)"},{"Statement":"INSERT INTO own VALUE {'pk':'z'}"}]}""")]
    [TestCase("DescribeTable", """{"TableName":"%"}""")]
    [TestCase("DescribeTable", """{"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/%"}""")]
    [TestCase("DescribeTable", """{"TableName":"arn:aws:dynamodb:eu-west-1:999999999999:table/%"}""")]
    [TestCase("DeleteTable", """{"TableName":"%"}""")]
    [TestCase("DescribeTimeToLive", """{"TableName":"%"}""")]
    [TestCase("ListTagsOfResource", """{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/%"}""")]
    [TestCase("GetResourcePolicy", """{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/%"}""")]
    [TestCase("CreateBackup", """{"TableName":"%","BackupName":"copy"}""")]
    [TestCase("RestoreTableToPointInTime", """{"SourceTableName":"%","TargetTableName":"own2","UseLatestRestorableTime":true}""")]
    [TestCase("RestoreTableToPointInTime", """{"SourceTableArn":"arn:aws:dynamodb:us-east-1:000000000000:table/own/%","TargetTableName":"own/x","UseLatestRestorableTime":true}""")]
    [TestCase(
        "DynamoDBStreams_20120810.DescribeStream",
        """{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/%/stream/2030-01-01T00:00:00.000"}""")]
    [TestCase(
        "DynamoDBStreams_20120810.GetRecords",
        """{"ShardIterator":"arn:aws:dynamodb:us-east-1:000000000000:table/%/stream/2030-01-01T00:00:00.000|1|AAAA"}""")]
    [TestCase("DescribeContributorInsights", """{"TableName":"%","IndexName":"byOwner"}""")]
    public async Task Refusal_SaysTheSameOfATableThatIsThereAndOfOneThatIsNot(string verb, string body)
    {
        string there = await host.AskAsync("guest", verb, body.Replace("%", "secret", StringComparison.Ordinal));
        string missing = await host.AskAsync("guest", verb, body.Replace("%", "absent", StringComparison.Ordinal));
        if (verb == "RestoreTableToPointInTime" && body.Contains("own/x", StringComparison.Ordinal))
        {
            // No name of a table: refused for that, and each caller alike.
            Assert.That(there, Does.StartWith("400"));
        }
        else
        {
            Assert.That(there, Does.StartWith("400").And.Contain(Denied));
        }

        Assert.That(there.Replace("secret", "absent", StringComparison.Ordinal), Is.EqualTo(missing));
        Assert.That(there, Does.Not.Contain("hidden-value"));
    }

    [Test]
    public async Task AMemberOfABatch_IsRefusedAlike_WhetherItsTableIsThere()
    {
        const string Body =
            """{"Statements":[{"Statement":"SELECT * FROM \"%\" WHERE pk = 'a'"},{"Statement":"SELECT * FROM \"own\" WHERE pk = 'a'"}]}""";
        string there = await host.AskAsync("guest", "BatchExecuteStatement", Body.Replace("%", "secret", StringComparison.Ordinal));
        string missing = await host.AskAsync("guest", "BatchExecuteStatement", Body.Replace("%", "absent", StringComparison.Ordinal));
        Assert.That(there, Does.StartWith("200").And.Contain("AccessDenied"));
        Assert.That(
            there.Replace("secret", "absent", StringComparison.Ordinal),
            Is.EqualTo(missing.Replace("secret", "absent", StringComparison.Ordinal)));
    }

    [TestCase("own", "Requested resource not found")]
    [TestCase("absent", Denied)]
    public async Task WhoMayDoEverythingWithATable_LearnsWhatIsInIt_AndNothingOfAnother(string table, string expected) =>
        Assert.That(await host.AskAsync("guest", "DescribeStream".Insert(0, "DynamoDBStreams_20120810."),
            $$"""{"StreamArn":"{{PolicyHost.Tables}}{{table}}/stream/2030-01-01T00:00:00.000"}"""), Does.Contain(expected));

    [Test]
    public async Task DaxRefusal_SaysTheSameOfATableThatIsThereAndOfOneThatIsNot()
    {
        foreach (string user in (string[])["guest", "tenant"])
        {
            using DaxTalk talk = await host.DaxAsync(user);
            foreach ((int method, Action<CborWriter, string> write) in (IEnumerable<(int, Action<CborWriter, string>)>)
            [
                (DaxTalk.GetItem, (cbor, table) => Get(cbor, table, "a")),
                (DaxTalk.GetItem, (cbor, table) => Get(cbor, table, "")),
                (DaxTalk.Scan, (cbor, table) => Args(cbor, table, 1)),
            ])
            {
                string there = await RefusalAsync(talk, method, cbor => write(cbor, "secret"));
                string missing = await RefusalAsync(talk, method, cbor => write(cbor, "absent"));
                Assert.That(there, Does.Contain("AccessDenied"), user);
                Assert.That(there.Replace("secret", "absent", StringComparison.Ordinal), Is.EqualTo(missing), user);
            }
        }

        // The keys of tables are told to those only who may do something with them.
        using DaxTalk guest = await host.DaxAsync("guest"), indexer = await host.DaxAsync("indexer");
        Assert.That(
            await RefusalAsync(guest, DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString("secret"u8)), Does.Contain("AccessDenied"));
        Assert.That(
            await RefusalAsync(guest, DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString("absent"u8)), Does.Contain("AccessDenied"));
        await guest.CallAsync(DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString("own"u8));
        await indexer.CallAsync(DaxTalk.DefineKeySchema, cbor => cbor.WriteByteString("secret"u8));
    }

    [Test]
    public async Task OverDax_BothActionsAreNeeded_AndAreNamed()
    {
        Assert.That(await host.DaxGetAsync("tenant", "own", "tenant"), Does.StartWith("200"));
        Assert.That(await host.DaxGetAsync("daxless", "own", "a"), Does.Contain(
            "dax:GetItem on resource: arn:aws:dax:us-east-1:000000000000:cache/daxproxy because no identity-based policy allows the dax:GetItem action"));
        Assert.That(await host.DaxGetAsync("stranger", "own", "a"), Does.Contain("dax:GetItem"));
        Assert.That(await host.DaxGetAsync("reader", "own", "a"), Does.StartWith("200"));
    }

    [Test]
    public async Task ATenant_SeesItsPartitionOnly_HoweverItAsks()
    {
        Assert.That(
            await host.AskAsync("tenant", "GetItem", """{"TableName":"own","Key":{"pk":{"S":"tenant"}}}"""), Does.Contain("hidden-value"));
        foreach ((string verb, string body) in ((string, string)[])
        [
            ("GetItem", """{"TableName":"own","Key":{"pk":{"S":"a"}}}"""),
            ("GetItem", """{"TableName":"own","Key":{"pk":{"S":"\u0061"}}}"""),
            ("Query", """{"TableName":"own","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}"""),
            ("Query", """{"TableName":"own","KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}}}"""),
            ("Query", """{"TableName":"own","KeyConditionExpression":"n = :p","ExpressionAttributeValues":{":p":{"S":"tenant"}}}"""),
            ("Query", """{"TableName":"own","IndexName":"byOwner","KeyConditionExpression":"#o = :p","ExpressionAttributeNames":{"#o":"owner"},"ExpressionAttributeValues":{":p":{"S":"o"}}}"""),
            ("BatchGetItem", """{"RequestItems":{"own":{"Keys":[{"pk":{"S":"tenant"}},{"pk":{"S":"a"}}]}}}"""),
            ("BatchWriteItem", """{"RequestItems":{"own":[{"DeleteRequest":{"Key":{"pk":{"S":"tenant2"}}}}]}}"""),
            ("TransactGetItems", """{"TransactItems":[{"Get":{"TableName":"own","Key":{"pk":{"S":"tenant"}}}},{"Get":{"TableName":"own","Key":{"pk":{"S":"a"}}}}]}"""),
            ("ExecuteStatement", """{"Statement":"SELECT * FROM own WHERE pk = 'a'"}"""),
            ("ExecuteStatement", """{"Statement":"SELECT * FROM own WHERE pk IN ['tenant', 'a']"}"""),
            ("ExecuteStatement", """{"Statement":"SELECT * FROM own WHERE pk = 'tenant' OR pk = 'a'"}"""),
            ("ExecuteStatement", """{"Statement":"SELECT * FROM own WHERE pk = 'tenant' OR n = 1"}"""),
            ("ExecuteStatement", """{"Statement":"SELECT * FROM own"}"""),
            ("ExecuteStatement", """{"Statement":"SELECT * FROM own WHERE \"pk\" = ?","Parameters":[{"S":"a"}]}"""),
            ("ExecuteStatement", """{"Statement":"DELETE FROM own WHERE pk = 'a'"}"""),
            ("Scan", """{"TableName":"own"}"""),
            ("PutItem", """{"TableName":"own","Item":{"pk":{"S":"a"}}}"""),
        ])
        {
            string answer = await host.AskAsync("tenant", verb, body);
            Assert.That(answer, Does.StartWith("400").And.Contain(Denied), verb + body);
        }

        Assert.That(
            await host.AskAsync(
                "tenant",
                "BatchExecuteStatement",
                """{"Statements":[{"Statement":"SELECT * FROM own WHERE pk = 'tenant'"},{"Statement":"SELECT * FROM own WHERE pk = 'a'"}]}"""),
            Does.StartWith("200").And.Contain("\"AccessDenied\"").And.Contain("hidden-value"));
    }

    [Test]
    public async Task ATenantOverDax_SeesItsPartitionOnly_ColdAndFromTheCaches()
    {
        using DaxTalk root = await host.DaxAsync("root"), tenant = await host.DaxAsync("tenant");
        int list = (await root.CallAsync(DaxTalk.DefineAttributeListId, DaxAsk.Define("n").Write)).ReadInt32();
        DaxAsk[] allowed =
        [
            DaxAsk.Get("own", "tenant"), DaxAsk.Query("own", null, "pk", "tenant"), DaxAsk.BatchGet(("own", ["tenant"])),
            DaxAsk.TransactGet("own", "tenant"), DaxAsk.TransactCheck("own", "tenant", "n"), DaxAsk.Get("own", "tenant", "n"),
        ];
        DaxAsk[] refused =
        [
            DaxAsk.Get("own", "a"), DaxAsk.Get("own", "a", "n"), DaxAsk.Query("own", null, "pk", "a"),
            DaxAsk.Query("own", "byOwner", "owner", "o"),
            DaxAsk.Query("own", null, "n", "tenant"), DaxAsk.BatchGet(("own", ["tenant", "a"])),
            DaxAsk.BatchGet(("own", ["tenant"]), ("secret", ["a"])),
            DaxAsk.BatchDelete("own", "tenant", "tenant2"), DaxAsk.TransactGet("own", "tenant", "a"), DaxAsk.TransactCheck("own", "a", "n"),
            DaxAsk.TransactPut("own", "a", list), DaxAsk.Scan("own"), DaxAsk.Put("own", "a", list),
            DaxAsk.Set("own", "a", "n", returnsItem: true),
            DaxAsk.Delete("own", "a"),
        ];
        host.Stack.Catalog.RenewAll();
        await CheckAsync(tenant, allowed, refused);
        foreach (DaxAsk read in (DaxAsk[])[.. allowed, .. refused[..7]])
        {
            await read.OnAsync(root);
        }

        await CheckAsync(tenant, allowed, refused);
        await CheckAsync(tenant, allowed, refused);
        Assert.That(await DaxAsk.Get("own", "a").OnAsync(root), Does.Contain(HiddenValue), "nothing was written");
    }

    [Test]
    public async Task WhoSeesSomeAttributesOverDax_SeesNoOthers_ColdAndFromTheCaches()
    {
        using DaxTalk root = await host.DaxAsync("root"), columns = await host.DaxAsync("columns");
        int list = (await root.CallAsync(DaxTalk.DefineAttributeListId, DaxAsk.Define("n", "secret").Write)).ReadInt32();
        DaxAsk[] allowed =
        [
            DaxAsk.Get("own", "a", "pk", "n"), DaxAsk.Query("own", null, "pk", "a", null, "n"),
            DaxAsk.Query("own", null, "pk", "a", "n", "pk"),
            DaxAsk.Scan("own", null, "n"), DaxAsk.Set("own", "a", "n", returnsItem: false), DaxAsk.TransactCheck("own", "a", "n"),
        ];
        DaxAsk[] refused =
        [
            DaxAsk.Get("own", "a"), DaxAsk.Get("own", "a", "n", "secret"), DaxAsk.Query("own", null, "pk", "a"),
            DaxAsk.Query("own", null, "pk", "a", "secret", "n"),
            DaxAsk.Query("own", "byOwner", "owner", "o", null, "n"), DaxAsk.Scan("own"), DaxAsk.Scan("own", "secret", "n"),
            DaxAsk.BatchGet(("own", ["a"])),
            DaxAsk.TransactGet("own", "a"), DaxAsk.Set("own", "a", "n", returnsItem: true),
            DaxAsk.Set("own", "a", "n", returnsItem: false, condition: "secret"),
            DaxAsk.Set("own", "a", "secret", returnsItem: false), DaxAsk.TransactCheck("own", "a", "secret"),
            DaxAsk.TransactCheck("own", "a", "n", returnsItem: true),
            DaxAsk.Put("own", "a", list, "mine"), DaxAsk.TransactPut("own", "a", list, "mine"),
        ];
        host.Stack.Catalog.RenewAll();
        await CheckAsync(columns, allowed, refused);
        foreach (DaxAsk read in (DaxAsk[])[.. allowed, .. refused[..9]])
        {
            await read.OnAsync(root);
        }

        await CheckAsync(columns, allowed, refused);
        await CheckAsync(columns, allowed, refused);
    }

    [Test]
    public async Task WhoSeesSomeAttributes_SeesNoOthers_HoweverItAsks()
    {
        Assert.That(
            await host.AskAsync("columns", "GetItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"ProjectionExpression":"pk, n"}"""),
            Does.StartWith("200"));
        foreach ((string verb, string body) in ((string, string)[])
        [
            ("GetItem", """{"TableName":"own","Key":{"pk":{"S":"a"}}}"""),
            ("GetItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"ProjectionExpression":"n, #s","ExpressionAttributeNames":{"#s":"secret"}}"""),
            ("GetItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"AttributesToGet":["secret"]}"""),
            ("Query", """{"TableName":"own","KeyConditionExpression":"pk = :p","FilterExpression":"begins_with(secret, :h)","ProjectionExpression":"n","ExpressionAttributeValues":{":p":{"S":"a"},":h":{"S":"h"}}}"""),
            ("Scan", """{"TableName":"own","FilterExpression":"size(secret) > :z","ProjectionExpression":"n","ExpressionAttributeValues":{":z":{"N":"0"}}}"""),
            ("UpdateItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1"}},"ReturnValues":"ALL_NEW"}"""),
            ("UpdateItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET n = if_not_exists(secret, :n)","ExpressionAttributeValues":{":n":{"N":"1"}},"ReturnValues":"UPDATED_NEW"}"""),
            ("UpdateItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET n = :n","ConditionExpression":"n = :m","ExpressionAttributeValues":{":n":{"N":"1"},":m":{"N":"9"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}"""),
            ("UpdateItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"AttributeUpdates":{"secret":{"Action":"DELETE"}}}"""),
            ("DeleteItem", """{"TableName":"own","Key":{"pk":{"S":"a"}},"ReturnValues":"ALL_OLD"}"""),
            ("TransactWriteItems", """{"TransactItems":[{"ConditionCheck":{"TableName":"own","Key":{"pk":{"S":"a"}},"ConditionExpression":"n = :m","ExpressionAttributeValues":{":m":{"N":"9"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}]}"""),
            ("ExecuteStatement", """{"Statement":"SELECT * FROM own WHERE pk = 'a'"}"""),
            ("ExecuteStatement", """{"Statement":"SELECT n FROM own WHERE pk = 'a' AND secret = 'hidden-value'"}"""),
            ("ExecuteStatement", """{"Statement":"UPDATE own SET n = 1 WHERE pk = 'a' RETURNING ALL OLD *"}"""),
        ])
        {
            string answer = await host.AskAsync("columns", verb, body);
            Assert.That(answer, Does.StartWith("400").And.Contain(Denied), verb + body);
            Assert.That(answer, Does.Not.Contain("hidden-value"), verb + body);
        }
    }

    [Test]
    public async Task WhatIsRefused_LeavesNoTraceInACache()
    {
        host.Stack.Catalog.RenewAll();
        long before = host.Stack.Caching!.Items.Count;
        await host.AskAsync("guest", "GetItem", """{"TableName":"secret","Key":{"pk":{"S":"a"}}}""");
        await host.AskAsync(
            "guest", "Query", """{"TableName":"secret","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}""");
        Assert.That(host.Stack.Caching.Items.Count, Is.EqualTo(before));
        Assert.That(
            await host.StatusOfAsync("root", "GetItem", """{"TableName":"secret","Key":{"pk":{"S":"a"}}}"""), Does.Contain("fwd=miss"));
    }

    [TestCase("dynamodb_20120810.GetItem")]
    [TestCase("DynamoDB_20120810.getItem")]
    public async Task AnotherSpellingOfAVerb_IsNoVerb(string target) =>
        Assert.That(
            await host.AskAsync("root", target, """{"TableName":"own","Key":{"pk":{"S":"a"}}}"""),
            Does.Contain("UnknownOperationException"));

    [Test]
    public async Task ReadOnly_WritesNothing()
    {
        Assert.That(await host.AskAsync("reader", "Scan", """{"TableName":"own"}"""), Does.StartWith("200"));
        foreach ((string verb, string body) in ((string, string)[])
        [
            ("PutItem", """{"TableName":"own","Item":{"pk":{"S":"x"}}}"""),
            ("ExecuteStatement", """{"Statement":"INSERT INTO own VALUE {'pk':'x'}"}"""),
            ("TransactWriteItems", """{"TransactItems":[{"Put":{"TableName":"own","Item":{"pk":{"S":"x"}}}}]}"""),
            ("DeleteTable", """{"TableName":"own"}"""),
            ("PutResourcePolicy", $$$"""{"ResourceArn":"{{{PolicyHost.Tables}}}own","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::000000000000:user/reader\"},\"Action\":\"*\",\"Resource\":\"*\"}}"}"""),
        ])
        {
            Assert.That(await host.AskAsync("reader", verb, body), Does.Contain(Denied), verb);
        }
    }

    [Test]
    public async Task WhoHasNoPolicy_MayDoNothing() =>
        Assert.That(await host.AskAsync("stranger", "ListTables", "{}"), Is.EqualTo(
            """400 {"__type":"com.amazon.coral.service#AccessDeniedException","Message":"User: arn:aws:iam::000000000000:user/stranger is not authorized to perform: dynamodb:ListTables on resource: * because no identity-based policy allows the dynamodb:ListTables action"}"""));

    private static async Task CheckAsync(DaxTalk talk, DaxAsk[] allowed, DaxAsk[] refused)
    {
        for (int i = 0; i < allowed.Length; i++)
        {
            Assert.That(await allowed[i].OnAsync(talk), Does.StartWith("200"), $"allowed {i}");
        }

        for (int i = 0; i < refused.Length; i++)
        {
            string answer = await refused[i].OnAsync(talk);
            Assert.That(answer, Does.StartWith("400 AccessDeniedException").And.Not.Contain(HiddenValue), $"refused {i}");
        }
    }

    private static void Get(CborWriter cbor, string table, string key)
    {
        cbor.WriteByteString(Encoding.UTF8.GetBytes(table));
        cbor.WriteByteString(Encoding.UTF8.GetBytes(key));
        cbor.WriteNull();
    }

    private static void Args(CborWriter cbor, string table, int nulls)
    {
        cbor.WriteByteString(Encoding.UTF8.GetBytes(table));
        for (int i = 0; i < nulls; i++)
        {
            cbor.WriteNull();
        }
    }

    private static async Task<string> RefusalAsync(DaxTalk talk, int method, Action<CborWriter> arguments)
    {
        try
        {
            await talk.CallAsync(method, arguments);
            return "allowed";
        }
        catch (DaxRefusal refusal)
        {
            return refusal.Message;
        }
    }
}
