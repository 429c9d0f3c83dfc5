using System.Text.Json;
using DaxProxy.Backends;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Dax;
using DaxProxy.Core.Operations;
using NUnit.Framework;

namespace DaxProxy.Conformance.Policies;

/// <summary>
/// What is left of requests that were refused: nothing in a cache, a counter of a table, a list of hot keys, or the engine.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PolicyTraceTests : IAsyncDisposable
{
    private const int Names = 300;

    private static readonly string[] Refused = ["guest", "tenant", "nothing"];

    private static readonly (string Verb, string Body)[] Requests =
    [
        ("GetItem", """{"TableName":"%","Key":{"pk":{"S":"a"}}}"""),
        ("GetItem", """{"TableName":"%","Key":{"pk":{"S":"missing"}},"ConsistentRead":true}"""),
        ("Query", """{"TableName":"%","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}"""),
        ("Query", """{"TableName":"%","IndexName":"byOwner","KeyConditionExpression":"#o = :p","ExpressionAttributeNames":{"#o":"owner"},"ExpressionAttributeValues":{":p":{"S":"o"}}}"""),
        ("Scan", """{"TableName":"%"}"""),
        ("BatchGetItem", """{"RequestItems":{"%":{"Keys":[{"pk":{"S":"a"}}]}}}"""),
        ("TransactGetItems", """{"TransactItems":[{"Get":{"TableName":"%","Key":{"pk":{"S":"a"}}}}]}"""),
        ("PutItem", """{"TableName":"%","Item":{"pk":{"S":"a"}}}"""),
        ("ExecuteStatement", """{"Statement":"SELECT * FROM \"%\" WHERE pk = 'a'"}"""),
    ];

    private readonly MovableTime time = new();
    private HeldBackend engine = null!;
    private PolicyHost host = null!;

    [TearDown]
    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            PolicyHost last = host;
            host = null!;
            await last.DisposeAsync();
        }
    }

    [Test]
    public async Task RefusedRequests_LeaveNothing_OverEitherWire([Values] bool isCached)
    {
        await StartAsync();
        if (isCached)
        {
            foreach ((string verb, string body) in Requests.Where(each => each.Verb != "PutItem"))
            {
                Assert.That(
                    await host.AskAsync("root", verb, body.Replace("%", "secret", StringComparison.Ordinal)), Does.StartWith("200"));
            }
        }
        else
        {
            // The table is known, and nothing of it.
            await host.AskAsync("root", "GetItem", Requests[0].Body.Replace("%", "secret", StringComparison.Ordinal));
            host.Stack.Catalog.RenewAll();
        }

        string before = await TracesAsync();
        engine.Seen.Clear();
        foreach (string user in Refused)
        {
            foreach ((string verb, string body) in Requests)
            {
                for (int again = 0; again < 3; again++)
                {
                    Assert.That(
                        await host.AskAsync(user, verb, body.Replace("%", "secret", StringComparison.Ordinal)),
                        Does.Contain("AccessDenied"),
                        user + verb);
                }
            }

            using DaxTalk talk = await host.DaxAsync(user);
            DaxAsk[] asks =
            [
                DaxAsk.Get("secret", "a"), DaxAsk.Get("secret", "missing"), DaxAsk.Query("secret", null, "pk", "a"),
                DaxAsk.Query("secret", "byOwner", "owner", "o"),
                DaxAsk.Scan("secret"), DaxAsk.BatchGet(("secret", ["a", "missing"])), DaxAsk.TransactGet("secret", "a"),
                DaxAsk.Delete("secret", "a"),
            ];
            for (int i = 0; i < 100 * asks.Length; i++)
            {
                // Often enough that one of those that are looked for hot keys is among them.
                Assert.That(await asks[i % asks.Length].OnAsync(talk), Does.Contain("AccessDenied"), $"{user} {i % asks.Length}");
            }
        }

        Assert.That(await TracesAsync(), Is.EqualTo(before));
        Assert.That(engine.Seen.Where(operation => !operation.Verb.IsControlPlane), Is.Empty, "the engine does not hear of them");
    }

    [Test]
    public async Task NamesOfTablesThatAreNotThere_LeaveNothing_HoweverManyAreAskedFor()
    {
        await StartAsync();
        string before = await TracesAsync();
        engine.Seen.Clear();
        foreach (string user in Refused)
        {
            using DaxTalk talk = await host.DaxAsync(user);
            for (int name = 0; name < Names; name++)
            {
                (string verb, string body) = Requests[name % Requests.Length];
                Assert.That(
                    await host.AskAsync(user, verb, body.Replace("%", $"absent-{name}", StringComparison.Ordinal)),
                    Does.Contain("AccessDenied"),
                    user + verb);
                Assert.That(await DaxAsk.Get($"absent-{name}", "a").OnAsync(talk), Does.Contain("AccessDenied"), user);
                if (user == "nothing")
                {
                    Assert.That(await DaxAsk.KeyOf($"absent-{name}").OnAsync(talk), Does.Contain("AccessDenied"), user);
                }
            }

            // Only where it depends on the key is the backend asked which attribute that is.
            Assert.That(engine.Seen.Any(operation => operation is DescribeTable), Is.EqualTo(user == "tenant"), user);
            engine.Seen.Clear();
        }

        Assert.That(await TracesAsync(), Is.EqualTo(before));
        Assert.That(await host.AdminAsync("/api/stats"), Does.Not.Contain("absent-"));
        Assert.That(await host.AdminAsync("/metrics"), Does.Not.Contain("absent-"));
    }

    [Test]
    public async Task AttributeLists_AreNotMadeByWhoMayDoNothing_NorByWhatIsRefused()
    {
        await StartAsync();
        await using PolicyHost other = await PolicyHost.StartAsync(new Dictionary<string, string> { ["users/root"] = "Full" });
        using DaxTalk elsewhere = await other.DaxAsync("root"), root = await host.DaxAsync("root"),
            nothing = await host.DaxAsync("nothing");
        using DaxTalk guest = await host.DaxAsync("guest");

        // The number of a list follows from its names, so another process tells it.
        int named = await NumberOfAsync(elsewhere, "a-name"), ofItem = await NumberOfAsync(elsewhere, "n", "owner");
        Assert.That(await DaxAsk.Define("a-name").OnAsync(nothing), Is.EqualTo(
            "400 AccessDeniedException: User: arn:aws:iam::000000000000:user/nothing is not authorized to perform: dax:GetItem on resource: "
            + "arn:aws:dax:us-east-1:000000000000:cache/daxproxy because no identity-based policy allows the dax:GetItem action"));
        Assert.That(await DaxAsk.Get("secret", "a").OnAsync(guest), Does.Contain("AccessDenied"));
        foreach (int number in (int[])[named, ofItem])
        {
            Assert.That(await DaxAsk.NamesOf(number).OnAsync(root), Does.StartWith("400"), "there is no such list");
        }

        Assert.That(await DaxAsk.Get("secret", "a").OnAsync(root), Does.StartWith("200"));
        Assert.That(await DaxAsk.NamesOf(ofItem).OnAsync(root), Does.StartWith("200"), "there is, since an answer needed it");
        Assert.That(await NumberOfAsync(guest, "a-name"), Is.EqualTo(named), "who may do something may name what it writes");
    }

    [Test]
    public async Task ARefusal_TellsNothingOfTheCaches_EvenIfAsked()
    {
        await StartAsync();
        string body = Requests[0].Body.Replace("%", "secret", StringComparison.Ordinal);
        await host.AskAsync("root", "GetItem", body);
        Assert.That(await host.StatusOfAsync("root", "GetItem", body, explains: true), Does.Contain("hit"));
        foreach (string user in Refused)
        {
            Assert.That(await host.StatusOfAsync(user, "GetItem", body, explains: true), Is.Empty, user);
            Assert.That(await host.StatusOfAsync(user, "GetItem", body), Is.Empty, user);
        }
    }

    private static async Task<int> NumberOfAsync(DaxTalk talk, params string[] names) =>
        (await talk.CallAsync(DaxTalk.DefineAttributeListId, DaxAsk.Define(names).Write)).ReadInt32();

    /// <summary>What the caches hold, what they have counted of each table, and what is hot.</summary>
    private async Task<string> TracesAsync()
    {
        CacheLayer caching = host.Stack.Caching!;
        using JsonDocument stats = JsonDocument.Parse(await host.AdminAsync("/api/stats"));
        return string.Join(
            '\n',
            $"{caching.Items.Count} items, {caching.Pages.Count} pages, tables {string.Join(',', caching.Catalog.Tables.Select(table => table.Info.TableName).Order(StringComparer.Ordinal))}",
            stats.RootElement.GetProperty("cache").GetRawText(),
            stats.RootElement.GetProperty("queryCache").GetRawText(),
            await host.AdminAsync("/api/hot-keys"));
    }

    private async Task StartAsync()
    {
        host = await PolicyHost.StartAsync(
            new Dictionary<string, string>
            {
                ["users/root"] = "Full",
                ["users/guest.json"] = """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dax:*","Resource":"*"},
                    {"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/own"}]}
                    """,
                ["users/tenant.json"] = """
                    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dax:*","Resource":"*"},
                    {"Effect":"Allow","Action":["dynamodb:*Item","dynamodb:Query","dynamodb:PartiQL*"],"Resource":"*",
                    "Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["${aws:username}"]}}}]}
                    """,
                ["users/nothing.json"] = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:ListTables","Resource":"*"}}""",
            },
            time: time,
            wrap: backend => engine = new HeldBackend(backend));
        Assert.That(await host.AskAsync("root", "CreateTable", """
            {"TableName":"secret","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"owner","AttributeType":"S"}],
            "GlobalSecondaryIndexes":[{"IndexName":"byOwner","KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}
            """), Does.StartWith("200"));
        await host.AskAsync("root", "PutItem", """{"TableName":"secret","Item":{"pk":{"S":"a"},"owner":{"S":"o"},"n":{"N":"1"}}}""");
    }
}
