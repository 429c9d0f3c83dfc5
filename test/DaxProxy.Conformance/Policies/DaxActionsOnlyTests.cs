using System.Text.Json;
using DaxProxy.Conformance.Dax;
using NUnit.Framework;

namespace DaxProxy.Conformance.Policies;

/// <summary>
/// With <c>Auth.DaxActionsOnly</c> the actions of DAX alone decide over its protocol, as at AWS, and change nothing for the other.
/// </summary>
public sealed class DaxActionsOnlyTests
{
    private const string GetA = """{"TableName":"tab","Key":{"pk":{"S":"a"}}}""";

    private PolicyHost host = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        host = await PolicyHost.StartAsync(
            new Dictionary<string, string>
            {
                ["users/root"] = "Full",
                ["users/reader.json"] = Policy(Allow("dax:GetItem", "dax:Query", "dax:BatchGetItem")),
                ["users/tables.json"] = Policy(Allow("dynamodb:*")),
                ["users/both.json"] = Policy(Allow("dax:*"), Allow("dynamodb:*"), """{"Effect":"Deny","Action":"dynamodb:*","Resource":"*"}"""),
                ["users/denied.json"] = Policy(Allow("dax:*", "dynamodb:*"), """{"Effect":"Deny","Action":"dax:GetItem","Resource":"*"}"""),
                ["users/other.json"] = Policy("""{"Effect":"Allow","Action":"dax:*","Resource":"arn:aws:dax:us-east-1:000000000000:cache/another"}"""),
                ["users/within.json"] = Policy("""
                    {"Effect":"Allow","Action":"dax:*","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"dax:EnclosingOperation":["TransactGetItems","TransactWriteItems"]}}}
                    """),
                ["users/tenant.json"] = Policy("""
                    {"Effect":"Allow","Action":"dax:*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"a"}}}
                    """),
            },
            options => options with { Auth = options.Auth with { DaxActionsOnly = true } });
        await host.AskAsync("root", "CreateTable", """
            {"TableName":"tab","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}
            """);
        foreach (string key in (string[])["a", "b"])
        {
            await host.AskAsync(
                "root",
                "PutItem",
                """{"TableName":"tab","Item":{"pk":{"S":"K"},"n":{"N":"1"}}}""".Replace("K", key, StringComparison.Ordinal));
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await host.DisposeAsync();

    [Test]
    public async Task ActionsOfDax_AreEnoughOverItsProtocol_ColdAndFromTheCaches()
    {
        using DaxTalk reader = await host.DaxAsync("reader");
        DaxAsk[] allowed = [DaxAsk.Get("tab", "a"), DaxAsk.Query("tab", null, "pk", "a"), DaxAsk.BatchGet(("tab", ["a", "b"]))];
        host.Stack.Catalog.RenewAll();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < allowed.Length; i++)
            {
                Assert.That(await allowed[i].OnAsync(reader), Does.StartWith("200"), $"{i} in round {round}");
            }
        }

        Assert.That(await DaxAsk.Scan("tab").OnAsync(reader), Is.EqualTo(
            "400 AccessDeniedException: User: arn:aws:iam::000000000000:user/reader is not authorized to perform: dax:Scan on resource: "
            + "arn:aws:dax:us-east-1:000000000000:cache/daxproxy because no identity-based policy allows the dax:Scan action"));
        Assert.That(await DaxAsk.Delete("tab", "a").OnAsync(reader), Does.StartWith("400 AccessDenied"));
        Assert.That(await DaxAsk.TransactGet("tab", "a").OnAsync(reader), Does.StartWith("200"), "needs GetItem");
        Assert.That(await DaxAsk.TransactCheck("tab", "a", "n").OnAsync(reader), Does.StartWith("400 AccessDenied"));
        Assert.That(
            await DaxAsk.Get("absent", "a").OnAsync(reader),
            Does.Contain("ResourceNotFound"),
            "nothing is hidden from who may read any table");
        Assert.That(
            await host.AskAsync("reader", "GetItem", GetA), Does.Contain("dynamodb:GetItem"), "the other protocol has its own actions");
    }

    [Test]
    public async Task ActionsOfDynamoDb_AreNeitherEnoughNorAsked()
    {
        Assert.That(await host.AskAsync("tables", "GetItem", GetA), Does.StartWith("200"));
        Assert.That(await host.DaxGetAsync("tables", "tab", "a"), Does.Contain("no identity-based policy allows the dax:GetItem action"));
        Assert.That(await host.DaxGetAsync("other", "tab", "a"), Does.Contain("no identity-based policy allows the dax:GetItem action"));
        Assert.That(await host.DaxGetAsync("both", "tab", "a"), Does.StartWith("200"));
        Assert.That(await host.AskAsync("both", "GetItem", GetA), Does.Contain("with an explicit deny"));

        // Policies of tables are about actions of DynamoDB.
        Assert.That(await host.AskAsync("root", "PutResourcePolicy", JsonSerializer.Serialize(new
        {
            ResourceArn = PolicyHost.Tables + "tab",
            Policy = $$"""{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::000000000000:user/reader"},"Action":"dynamodb:*","Resource":"{{PolicyHost.Tables}}tab"} }""",
        })), Does.StartWith("200"));
        Assert.That(await host.DaxGetAsync("reader", "tab", "a"), Does.StartWith("200"));
    }

    [Test]
    public async Task ADeny_OfAnActionOfDax_RefusesItAlsoInTransactions()
    {
        using DaxTalk denied = await host.DaxAsync("denied");
        Assert.That(await DaxAsk.Get("tab", "a").OnAsync(denied), Does.Contain("with an explicit deny in an identity-based policy"));
        Assert.That(
            await DaxAsk.TransactGet("tab", "a").OnAsync(denied), Does.Contain("with an explicit deny in an identity-based policy"));
        Assert.That(await DaxAsk.BatchGet(("tab", ["a"])).OnAsync(denied), Does.StartWith("200"));
    }

    [Test]
    public async Task Conditions_HoldForActionsOfDax_AndARefusalNamesNoOther()
    {
        using DaxTalk within = await host.DaxAsync("within"), tenant = await host.DaxAsync("tenant");
        for (int round = 0; round < 3; round++)
        {
            Assert.That(await DaxAsk.TransactGet("tab", "a").OnAsync(within), Does.StartWith("200"));
            Assert.That(await DaxAsk.TransactCheck("tab", "a", "n").OnAsync(within), Does.StartWith("200"));
            Assert.That(await DaxAsk.Get("tab", "a").OnAsync(within), Does.StartWith("400 AccessDenied"));
            Assert.That(await DaxAsk.Get("tab", "a").OnAsync(tenant), Does.StartWith("200"));
            Assert.That(await DaxAsk.BatchGet(("tab", ["a", "b"])).OnAsync(tenant), Does.StartWith("400 AccessDenied"));
            string refused = await DaxAsk.Get("tab", "b").OnAsync(tenant), absent = await DaxAsk.Get("absent", "b").OnAsync(tenant);
            Assert.That(refused, Does.Contain("perform: dax:GetItem on resource: ").And.Not.Contain("dynamodb:"));
            Assert.That(absent, Is.EqualTo(refused));
        }
    }

    private static string Policy(params string[] statements) =>
        $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""";

    private static string Allow(params string[] actions) =>
        $$"""{"Effect":"Allow","Action":["{{string.Join("\",\"", actions)}}"],"Resource":"*"}""";
}
