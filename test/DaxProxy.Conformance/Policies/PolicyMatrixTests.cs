using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Dax;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Policies;

/// <summary>
/// Every policy against every way in which a request can be answered: from caches, by bytes or decoded, over either wire, joined, stale,
/// passed on. The answers are those of the engine without caches.
/// </summary>
public sealed class PolicyMatrixTests
{
    private const string GetA = """{"TableName":"tab","Key":{"pk":{"S":"a"}}}""";
    private const string GetB = """{"TableName":"tab","Key":{"pk":{"S":"b"}}}""";
    private const string GetN = """{"TableName":"tab","Key":{"pk":{"S":"a"}},"ProjectionExpression":"n"}""";

    private const string QueryA =
        """{"TableName":"tab","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}""";

    private const string QueryIndex =
        """{"TableName":"tab","IndexName":"byOwner","KeyConditionExpression":"#o = :p","ExpressionAttributeNames":{"#o":"owner"},"ExpressionAttributeValues":{":p":{"S":"a"}}}""";

    private const string SelectA = """{"Statement":"SELECT * FROM \"tab\" WHERE pk = 'a'"}""";
    private const string PutA = """{"TableName":"tab","Item":{"pk":{"S":"a"},"n":{"N":"1"},"owner":{"S":"a"},"secret":{"S":"x"}}}""";

    private static readonly (string Verb, string Body)[] Requests =
    [
        ("GetItem", GetA), ("GetItem", GetB), ("GetItem", GetN), ("Query", QueryA), ("PutItem", PutA), ("ExecuteStatement", SelectA),
        ("Query", QueryIndex), ("Scan", """{"TableName":"tab"}"""), ("GetItem", """{"TableName":"tab","Key":{"pk":{"S":"none"}}}"""),
        ("BatchGetItem", """{"RequestItems":{"tab":{"Keys":[{"pk":{"S":"a"}}]}}}"""),
        ("BatchGetItem", """{"RequestItems":{"tab":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"b"}}]}}}"""),
        ("BatchGetItem", """{"RequestItems":{"oth":{"Keys":[{"pk":{"S":"a"}}]},"tab":{"Keys":[{"pk":{"S":"a"}}]}}}"""),
        ("ExecuteStatement", """{"Statement":"SELECT * FROM tab"}"""),
        ("ExecuteStatement", """{"Statement":"SELECT n FROM tab.byOwner WHERE owner = ?","Parameters":[{"S":"a"}]}"""),
        ("BatchExecuteStatement", """{"Statements":[{"Statement":"SELECT * FROM tab WHERE pk = 'a'"},{"Statement":"SELECT * FROM tab WHERE pk = 'b'"}]}"""),
        ("ExecuteTransaction", """{"TransactStatements":[{"Statement":"SELECT * FROM tab WHERE pk = 'a'"}]}"""),
        ("TransactGetItems", """{"TransactItems":[{"Get":{"TableName":"tab","Key":{"pk":{"S":"a"}}}}]}"""),
        ("TransactWriteItems", """{"TransactItems":[{"ConditionCheck":{"TableName":"tab","Key":{"pk":{"S":"a"}},"ConditionExpression":"n = :n","ExpressionAttributeValues":{":n":{"N":"1"}}}}]}"""),
        ("UpdateItem", """{"TableName":"tab","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"1"}},"ReturnValues":"ALL_NEW"}"""),
        ("UpdateItem", """{"TableName":"tab","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET n = :n","ConditionExpression":"n = :m","ExpressionAttributeValues":{":n":{"N":"1"},":m":{"N":"7"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}"""),
        ("DescribeTimeToLive", """{"TableName":"tab"}"""),
    ];

    private static readonly string[] Keys = ["a", "b"];

    private readonly MovableTime time = new();
    private HeldBackend engine = null!;
    private PolicyHost plain = null!;
    private PolicyHost cached = null!;
    private PolicyHost far = null!;
    private PolicyHost remote = null!;

    /// <summary>What the DAX protocol has of the requests, by their places among them.</summary>
    private (int Request, DaxAsk Ask)[] daxRequests = null!;

    private static IEnumerable<string> Names => PolicyCases.All.Keys;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        Dictionary<string, string> files = PolicyCases.All.ToDictionary(
            each => $"users/user-{each.Key}.json",
            each => $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dax:*","Resource":"*"},{{each.Value.Statements}}]}""");
        files["users/root"] = "Full";
        plain = await PolicyHost.StartAsync(files, options => options with
        {
            ItemCache = new ItemCacheOptions { Enabled = false },
            QueryCache = new QueryCacheOptions { Enabled = false },
        });
        cached = await PolicyHost.StartAsync(
            files,
            options => options with { ItemCache = new ItemCacheOptions { ServeStale = TimeSpan.FromDays(1), StaleAfter = TimeSpan.Zero } },
            time,
            backend => engine = new HeldBackend(backend));
        far = await PolicyHost.StartAsync(
            new Dictionary<string, string> { ["users/x"] = "Full" },
            options => options with { Auth = new AuthOptions(), ItemCache = new ItemCacheOptions { Enabled = false },
                QueryCache = new QueryCacheOptions { Enabled = false } });
        remote = await PolicyHost.StartAsync(files, options => options with
        {
            Backend = new BackendOptions
            {
                Kind = BackendKind.DynamoDb,
                Endpoint = $"http://{far.Host.DataEndPoint}",
                Region = "us-east-1",
                DataFolder = options.Auth.CredentialsFile + "-lists",
            },
            Auth = options.Auth with { AccountId = "000000000000" },
        });
        foreach (PolicyHost host in (PolicyHost[])[plain, cached, remote])
        {
            foreach (string table in (string[])["tab", "oth"])
            {
                string tags = table == "tab" ? ""","Tags":[{"Key":"stage","Value":"test"}]""" : "";
                await host.AskAsync("root", "CreateTable", $$$"""
                    {"TableName":"{{{table}}}","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
                    "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"owner","AttributeType":"S"}],
                    "GlobalSecondaryIndexes":[{"IndexName":"byOwner","KeySchema":[{"AttributeName":"owner","KeyType":"HASH"}],
                    "Projection":{"ProjectionType":"ALL"}}]{{{tags}}}}
                    """);
                foreach (string key in Keys)
                {
                    Assert.That(
                        await host.AskAsync(
                            "root",
                            "PutItem",
                            PutA.Replace("\"tab\"", $"\"{table}\"", StringComparison.Ordinal)
                                .Replace("\"a\"", $"\"{key}\"", StringComparison.Ordinal)),
                        Does.StartWith("200"));
                }
            }
        }

        // The number of a list follows from its names.
        int list = 0;
        foreach (PolicyHost host in (PolicyHost[])[plain, cached, remote])
        {
            using DaxTalk talk = await host.DaxAsync("root");
            list = (await talk.CallAsync(DaxTalk.DefineAttributeListId, DaxAsk.Define("n", "owner", "secret").Write)).ReadInt32();
        }

        daxRequests =
        [
            (0, DaxAsk.Get("tab", "a")), (1, DaxAsk.Get("tab", "b")), (2, DaxAsk.Get("tab", "a", "n")), (3, DaxAsk.Query("tab", null, "pk", "a")),
            (4, DaxAsk.Put("tab", "a", list, "a", "x")), (6, DaxAsk.Query("tab", "byOwner", "owner", "a")), (7, DaxAsk.Scan("tab")), (8, DaxAsk.Get("tab", "none")),
            (9, DaxAsk.BatchGet(("tab", ["a"]))), (10, DaxAsk.BatchGet(("tab", ["a", "b"]))), (11, DaxAsk.BatchGet(("oth", ["a"]), ("tab", ["a"]))),
            (16, DaxAsk.TransactGet("tab", "a")), (17, DaxAsk.TransactCheck("tab", "a", "n")), (18, DaxAsk.Set("tab", "a", "n", returnsItem: true)),
        ];
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (PolicyHost host in (PolicyHost[])[remote, far, cached, plain])
        {
            await host.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Names))]
    public async Task Answers_WhereverTheyComeFrom_AreThoseOfTheEngine(string name)
    {
        string user = "user-" + name;
        string expected = PolicyCases.All[name].Expected, allowed = "";
        foreach ((string verb, string body) in Requests)
        {
            string answer = await plain.AskAsync(user, verb, body);
            allowed += answer.Contains("#AccessDeniedException", StringComparison.Ordinal) ? 'R' : 'A';
            string what = $"{name}: {verb} {body}";

            // 1. A miss. 2. Decoded and then peeked hits, or pages and memos. 3. The half of a batch.
            Forget(cached);
            Assert.That(await cached.AskAsync(user, verb, body), Is.EqualTo(answer), "miss: " + what);
            await cached.AskAsync("root", verb, body);
            for (int again = 0; again < 2; again++)
            {
                Assert.That(await cached.AskAsync(user, verb, body), Is.EqualTo(answer), $"hit {again}: {what}");
            }

            Forget(cached);
            await cached.AskAsync("root", "GetItem", GetA);
            Assert.That(await cached.AskAsync(user, verb, body), Is.EqualTo(answer), "half in the cache: " + what);

            // 4. Passed on, or answered in front of a remote backend, whose tags of tables are not known here.
            if (name != "tagged")
            {
                Assert.That(await remote.AskAsync(user, verb, body), Is.EqualTo(answer), "remote: " + what);
            }
        }

        Assert.That(allowed[..6], Is.EqualTo(expected));
        await CheckDaxAsync(user, allowed);
        await CheckWaitingAsync(user);
        await CheckStaleAsync(user);
    }

    /// <summary>
    /// Over the other wire the same requests: cold; from items, pages and halves of batches that are cached, decoded and by their bytes;
    /// and in front of a remote backend.
    /// </summary>
    private async Task CheckDaxAsync(string user, string allowed)
    {
        using DaxTalk own = await plain.DaxAsync(user), talk = await cached.DaxAsync(user), root = await cached.DaxAsync("root"),
            far = await remote.DaxAsync(user);
        foreach ((int request, DaxAsk ask) in daxRequests)
        {
            string answer = await ask.OnAsync(own), what = $"{user} over DAX: {Requests[request]}";
            Assert.That(answer.StartsWith("200", StringComparison.Ordinal), Is.EqualTo(allowed[request] == 'A'), $"{what}: {answer}");
            Assert.That(
                answer.StartsWith("200", StringComparison.Ordinal) || answer.Contains("AccessDenied", StringComparison.Ordinal),
                $"{what}: {answer}");

            Forget(cached);
            Assert.That(await ask.OnAsync(talk), Is.EqualTo(answer), "miss: " + what);
            await ask.OnAsync(root);
            for (int again = 0; again < 3; again++)
            {
                Assert.That(await ask.OnAsync(talk), Is.EqualTo(answer), $"hit {again}: {what}");
            }

            Forget(cached);
            await DaxAsk.Get("tab", "a").OnAsync(root);
            Assert.That(await ask.OnAsync(talk), Is.EqualTo(answer), "half in the cache: " + what);
            if (user != "user-tagged")
            {
                Assert.That(await ask.OnAsync(far), Is.EqualTo(answer), "remote: " + what);
            }
        }
    }

    /// <summary>One who asks for what another is being fetched for, over either wire.</summary>
    private async Task CheckWaitingAsync(string user)
    {
        DaxAsk get = DaxAsk.Get("tab", "b");
        using DaxTalk own = await plain.DaxAsync(user), talk = await cached.DaxAsync(user);
        (string answer, string overDax) = (await plain.AskAsync(user, "GetItem", GetB), await get.OnAsync(own));
        Forget(cached);
        engine.Hold();
        Task<string> first = cached.AskAsync("root", "GetItem", GetB);
        while (engine.Waiting == 0)
        {
            await Task.Yield();
        }

        Task<string> second = cached.AskAsync(user, "GetItem", GetB), third = get.OnAsync(talk);
        if (answer.StartsWith("400", StringComparison.Ordinal))
        {
            // Refused without waiting for what it may not have.
            Assert.That(await second.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(answer));
            Assert.That(await third.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(overDax));
        }

        engine.Release();
        Assert.That(await second, Is.EqualTo(answer));
        Assert.That(await third, Is.EqualTo(overDax));
        Assert.That(await first, Does.StartWith("200"));
    }

    /// <summary>What is answered since the backend has no capacity, over either wire.</summary>
    private async Task CheckStaleAsync(string user)
    {
        DaxAsk get = DaxAsk.Get("tab", "b");
        using DaxTalk own = await plain.DaxAsync(user);
        (string answer, string overDax) = (await plain.AskAsync(user, "GetItem", GetB), await get.OnAsync(own));
        await cached.AskAsync("root", "GetItem", GetB);
        time.Advance(TimeSpan.FromMinutes(6));
        using DaxTalk talk = await cached.DaxAsync(user);
        engine.IsFailing = true;
        string stale = await cached.AskAsync(user, "GetItem", GetB), staleOverDax = await get.OnAsync(talk);
        string status = await cached.StatusOfAsync("root", "GetItem", GetB);
        engine.IsFailing = false;
        Assert.That(stale, Is.EqualTo(answer));
        Assert.That(staleOverDax, Is.EqualTo(overDax));
        Assert.That(status, Does.Contain("stale").Or.Contain("ttl=-"));
    }

    private static void Forget(PolicyHost host) => host.Stack.Catalog.RenewAll();
}
