using System.Text.Json;
using DaxProxy.Auth;
using DaxProxy.Conformance.Caching;
using DaxProxy.Conformance.Dax;
using DaxProxy.Conformance.Remote;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Conformance.Policies;

/// <summary>Policies that change, roles that are taken on, and what is written down of it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PolicyLifeTests : IAsyncDisposable
{
    private const string GetA = """{"TableName":"tab","Key":{"pk":{"S":"a"}}}""";
    private const string GetB = """{"TableName":"tab","Key":{"pk":{"S":"b"}}}""";
    private const string Denied = "#AccessDeniedException";
    private const string Get = """{"Version":"2012-10-17","Statement":{"Sid":"gets","Effect":"Allow","Action":["dynamodb:GetItem","dax:GetItem"],"Resource":"*"}}""";
    private const string Assume = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=s1&RoleArn=arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2F";

    private readonly MovableTime time = new();
    private PolicyHost host = null!;

    private static Dictionary<string, string> Files => new()
    {
        ["users/root"] = "Full",
        ["users/alice.json"] = Get,
        ["users/bob.json"] = """{"Policies":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}],"Tags":{"team":"red"}}""",
        ["roles/tenant.json"] = """
            {"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":["sts:AssumeRole","sts:TagSession"]}},
            "Policies":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["dynamodb:*","dax:*"],"Resource":"*",
            "Condition":{"ForAllValues:StringEqualsIfExists":{"dynamodb:LeadingKeys":"${aws:PrincipalTag/tenant}"}}}},
            {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dax:*","Resource":"*"}}],
            "Tags":{"tenant":"b"}}
            """,
        ["roles/alice-only.json"] = """
            {"AssumeRolePolicyDocument":{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/alice"},"Action":"sts:AssumeRole"}},
            "Policies":["Full"],"PermissionsBoundary":"reads","MaxSessionDuration":7200}
            """,
        ["boundaries/reads.json"] = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:Query"],"Resource":"*"}}""",
    };

    [TearDown]
    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            PolicyHost last = host;
            host = null!;
            await last.DisposeAsync();
            Assert.That(last.Loggers.Lines, Has.None.Contains("secret-of-"));
        }
    }

    [Test]
    public async Task AChangedPolicy_IsInForceWithinSeconds_AlsoForHits_AndABrokenOneChangesNothing()
    {
        await StartAsync();
        Assert.That(await host.AskAsync("alice", "GetItem", GetA), Does.StartWith("200"));
        Assert.That(await host.AskAsync("alice", "GetItem", GetA), Does.StartWith("200"));
        Assert.That(await host.DaxGetAsync("alice", "tab", "a"), Does.StartWith("200"));
        host.Write("users/alice.json", Get.Replace("Allow", "Deny", StringComparison.Ordinal));
        time.Advance(WatchedFiles<object>.CheckInterval);
        Assert.That(await host.AskAsync("alice", "GetItem", GetA), Does.Contain(
            "dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/tab with an explicit deny in an identity-based policy"));
        Assert.That(await host.DaxGetAsync("alice", "tab", "a"), Does.Contain("with an explicit deny in an identity-based policy"));

        host.Write("users/alice.json", """{"Statement":{"Effect":"Allow","Action":"everything","Resource":"*"}}""");
        time.Advance(WatchedFiles<object>.CheckInterval);
        Assert.That(await host.AskAsync("alice", "GetItem", GetA), Does.Contain(Denied));
        Assert.That(
            host.Loggers.Warnings, Has.Some.Contains("alice.json:1: 'everything' is no action, write one such as dynamodb:GetItem"));

        host.Delete("users/alice.json");
        host.Write("users/alice", "ReadOnly");
        time.Advance(WatchedFiles<object>.CheckInterval);
        Assert.That(await host.AskAsync("alice", "GetItem", GetA), Does.StartWith("200"));
        Assert.That(await host.DaxGetAsync("alice", "tab", "a"), Does.StartWith("200"));
    }

    [Test]
    public async Task AFolderThatCannotBeUsed_StopsTheStart_WithFileLineAndRemedy()
    {
        (string Path, string Text, string Told)[] faults =
        [
            ("users/a.json", "{", "users/a.json:1: no JSON, mend it"),
            ("users/a", "Read", "users/a:1: a file without .json holds one word, Full or ReadOnly; write one of them"),
            ("users/a.txt", "ReadOnly!", "write one of them, or name it NAME.json"),
            ("roles/a.json", "{\"Policies\":[]}", "roles/a.json:1: a role says who may take it on, write AssumeRolePolicyDocument"),
            ("users/a.json", "{\"Policies\":[],\n\"PermissionsBoundary\":\"none\"}", "users/a.json:2: there is no file boundaries/none.json, write one or name another"),
            ("users/a.json", "{\"Policies\":[\"Everything\"]}", "users/a.json:1: there is no built-in policy Everything, write Full or ReadOnly"),
            ("boundaries/a.json", "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}", "holds no policies; write one to users/NAME.json"),
        ];
        foreach ((string path, string text, string told) in faults)
        {
            IOException fault = (await Assert.ThrowsAsync<IOException>(
                () => PolicyHost.StartAsync(new Dictionary<string, string> { [path] = text })))!;
            Assert.That(fault.Message.Replace('\\', '/'), Does.StartWith("Auth:PoliciesFolder: ").And.Contain(told));
        }
    }

    [Test]
    public async Task APolicyOfATable_CountsFromItsAcknowledgementOn_ForHitsToo()
    {
        await StartAsync();
        string policy(string effect, string principal) => JsonSerializer.Serialize(new
        {
            ResourceArn = PolicyHost.Tables + "tab",
            Policy = $$"""{"Version":"2012-10-17","Statement":{"Effect":"{{effect}}","Principal":{"AWS":"{{principal}}"},"Action":"dynamodb:GetItem","Resource":"{{PolicyHost.Tables}}tab"} }""",
        });
        const string alice = "arn:aws:iam::000000000000:user/alice", bob = "arn:aws:iam::000000000000:user/bob";
        for (int round = 0; round < 3; round++)
        {
            Assert.That(await host.AskAsync("alice", "GetItem", GetA), Does.StartWith("200"));
            Assert.That(await host.AskAsync("bob", "GetItem", GetA), Does.Contain(Denied));
            Assert.That(await host.AskAsync("root", "PutResourcePolicy", policy("Deny", alice)), Does.StartWith("200"));
            Assert.That(await host.AskAsync("alice", "GetItem", GetA), Does.Contain("with an explicit deny in a resource-based policy"));
            Assert.That(await host.DaxGetAsync("alice", "tab", "a"), Does.StartWith("400"));
            Assert.That(await host.AskAsync("root", "PutResourcePolicy", policy("Allow", bob)), Does.StartWith("200"));
            Assert.That(await host.AskAsync("bob", "GetItem", GetA), Does.StartWith("200"));
            Assert.That(await host.AskAsync("bob", "GetItem", GetA), Does.StartWith("200"));
            Assert.That(await host.AskAsync("root", "PutResourcePolicy", policy("Allow", "000000000000")), Does.StartWith("200"));
            Assert.That(await host.AskAsync("bob", "GetItem", GetA), Does.Contain(Denied), "to an account is left to its own policies");
            Assert.That(
                await host.AskAsync("root", "DeleteResourcePolicy", $$"""{"ResourceArn":"{{PolicyHost.Tables}}tab"}"""),
                Does.StartWith("200"));
        }

        Assert.That(await host.AskAsync("root", "PutResourcePolicy", policy("Allow", bob).Replace("dynamodb:GetItem", "GetItem", StringComparison.Ordinal)),
            Does.Contain("ValidationException").And.Contain("'GetItem' is no action"));
    }

    [Test]
    public async Task ARole_IsTakenOnByWhomItLetsIn_AndItsSessionsTagsDecide()
    {
        await StartAsync();
        Assert.That(
            await host.AskStsAsync("bob", "Action=GetCallerIdentity&Version=2011-06-15"),
            Does.StartWith("200").And.Contain("<Arn>arn:aws:iam::000000000000:user/bob</Arn>"));
        Assert.That(await host.AskStsAsync("alice", Assume + "tenant"), Does.StartWith("403").And.Contain(
            "User: arn:aws:iam::000000000000:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/tenant"));
        Assert.That(await host.AskStsAsync("alice", Assume + "absent"), Does.StartWith("403").And.Contain("sts:AssumeRole"));
        Assert.That(await host.AskStsAsync("bob", Assume + "alice-only"), Does.StartWith("403"));

        SessionCredentials tagged = PolicyHost.CredentialsIn(
            await host.AskStsAsync("root", Assume + "tenant&Tags.member.1.Key=tenant&Tags.member.1.Value=a"));
        SessionCredentials plain = PolicyHost.CredentialsIn(await host.AskStsAsync("bob", Assume + "tenant&DurationSeconds=900"));
        (SessionCredentials, string, string)[] sessions = [(tagged, GetA, GetB), (plain, GetB, GetA)];
        foreach ((SessionCredentials session, string own, string other) in sessions)
        {
            for (int round = 0; round < 3; round++)
            {
                Assert.That(await host.AskAsync(session, "GetItem", own), Does.StartWith("200"));
                Assert.That(
                    await host.AskAsync(session, "GetItem", other),
                    Does.Contain(Denied).And.Contain("arn:aws:sts::000000000000:assumed-role/tenant/s1"));
            }
        }

        using (DaxTalk talk = await host.DaxAsync(tagged))
        {
            Assert.That(await PolicyHost.GetAsync(talk, "tab", "a"), Does.StartWith("200"));
            Assert.That(await PolicyHost.GetAsync(talk, "tab", "b"), Does.StartWith("400"));
        }

        Assert.That(await host.AskStsAsync(tagged, "Action=GetCallerIdentity"), Does.Contain("assumed-role/tenant/s1"));

        // A session is over when its time is, on both wires, and its key is worth nothing without its token or with another one.
        Assert.That(await host.AskAsync(plain with { SessionToken = "" }, "GetItem", GetB), Does.Contain("UnrecognizedClientException"));
        Assert.That(
            await host.AskAsync(plain with { SessionToken = tagged.SessionToken }, "GetItem", GetB),
            Does.Contain("UnrecognizedClientException"));
        Assert.That(
            await host.AskAsync(plain with { SessionToken = plain.SessionToken[..^2] + "AA" }, "GetItem", GetB),
            Does.Contain("UnrecognizedClientException"));
        Assert.That(
            await host.AskAsync(plain with { SecretAccessKey = "guessed" }, "GetItem", GetB), Does.Contain("InvalidSignatureException"));
        using DaxTalk late = await host.DaxAsync(plain);
        Assert.That(await PolicyHost.GetAsync(late, "tab", "b"), Does.StartWith("200"));
        time.Advance(TimeSpan.FromSeconds(901));
        Assert.That(await host.AskAsync(plain, "GetItem", GetB), Does.Contain("ExpiredTokenException"));
        Assert.That(await PolicyHost.GetAsync(late, "tab", "b"), Does.StartWith("400"));
        Assert.That(await host.AskAsync(tagged, "GetItem", GetA), Does.StartWith("200"));
    }

    [Test]
    public async Task ASession_ThatHasMoreToSayThanATokenMay_IsNotBegun_AndTheLargestWorksOnBothWires()
    {
        await StartAsync();
        Assert.That(await host.AskStsAsync("root", Form(50, 256)), Does.StartWith("400").And.Contain("<Code>PackedPolicyTooLarge</Code>")
            .And.Match("<Message>Packed size of session tags consumes [0-9]{3}% of allotted space.</Message>"));
        string policy = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";
        Assert.That(
            await host.AskStsAsync("root", $"{Form(12, 256)}&Policy={Uri.EscapeDataString(policy + new string(' ', 2048 - policy.Length))}"),
            Does.StartWith("400").And.Contain("PackedPolicyTooLarge"));
        Assert.That(
            await host.AskStsAsync("root", $"{Form(2, 256)}&Policy={Uri.EscapeDataString(policy + new string(' ', 2048 - policy.Length))}"),
            Does.StartWith("200"), "the longest policy there is");
        for (int length = 256; ; length -= 8)
        {
            string answer = await host.AskStsAsync("root", Form(14, length));
            if (answer.StartsWith("400", StringComparison.Ordinal))
            {
                continue;
            }

            SessionCredentials session = PolicyHost.CredentialsIn(answer);
            Assert.That(session.SessionToken, Has.Length.InRange(6500, 7168));
            Assert.That(await host.AskAsync(session, "GetItem", GetA), Does.StartWith("200"));
            using DaxTalk talk = await host.DaxAsync(session);
            Assert.That(await PolicyHost.GetAsync(talk, "tab", "a"), Does.StartWith("200"));
            return;
        }

        static string Form(int tags, int length) => Assume + "tenant&Tags.member.1.Key=tenant&Tags.member.1.Value=a" + string.Concat(
            Enumerable.Range(2, tags - 1).Select(n =>
                $"&Tags.member.{n}.Key={$"{n}".PadLeft(128, 'k')}&Tags.member.{n}.Value={new string('v', length)}"));
    }

    [Test]
    public async Task Refusals_OfActionsThatClientsMadeUp_ShareOneSeries()
    {
        await using AnsweringServer backend = await AnsweringServer.StartAsync();
        host = await PolicyHost.StartAsync(
            Files,
            options => options with
            {
                Backend = new BackendOptions { Kind = BackendKind.DynamoDb, Endpoint = backend.EndPoint.AbsoluteUri },
            },
            time);
        for (int number = 0; number < 120; number++)
        {
            Assert.That(await host.AskAsync("alice", $"MadeUp{number}", "{}"), Does.Contain(Denied));
        }

        Assert.That(await host.AskAsync("alice", "PutItem", """{"TableName":"tab","Item":{"pk":{"S":"a"}}}"""), Does.Contain(Denied));
        string[] series = [.. (await host.AdminAsync("/metrics")).Split('\n').Where(line => line.StartsWith("daxproxy_policy_refusals_total{", StringComparison.Ordinal))];
        Assert.That(series, Is.EquivalentTo(new[]
        {
            "daxproxy_policy_refusals_total{action=\"(unknown)\"} 120", "daxproxy_policy_refusals_total{action=\"dynamodb:PutItem\"} 1",
        }));
    }

    [Test]
    public async Task ASession_IsLimitedByItsPolicyAndItsRolesBoundary()
    {
        await StartAsync();
        string policy = Uri.EscapeDataString(
            """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem"],"Resource":"*"}}""");
        SessionCredentials session = PolicyHost.CredentialsIn(await host.AskStsAsync("alice", $"{Assume}alice-only&Policy={policy}"));
        Assert.That(await host.AskAsync(session, "GetItem", GetA), Does.StartWith("200"));
        Assert.That(
            await host.AskAsync(session, "PutItem", """{"TableName":"tab","Item":{"pk":{"S":"a"}}}"""),
            Does.Contain("because no permissions boundary allows the dynamodb:PutItem action"));
        Assert.That(
            await host.AskAsync(
                session, "Query",
                """{"TableName":"tab","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}"""),
            Does.Contain("because no session policy allows the dynamodb:Query action"));
        Assert.That(
            await host.AskStsAsync("alice", $"{Assume}alice-only&Policy=%7B"),
            Does.StartWith("400").And.Contain("MalformedPolicyDocument"));
        Assert.That(
            await host.AskStsAsync("alice", $"{Assume}alice-only&DurationSeconds=7201"),
            Does.StartWith("400").And.Contain("exceeds the MaxSessionDuration"));
        Assert.That(await host.AskStsAsync("alice", $"{Assume}alice-only&ExternalId=x"), Does.StartWith("400"));
        Assert.That(await host.AskStsAsync("alice", "Action=GetSessionToken"), Does.StartWith("400").And.Contain("InvalidAction"));
        Assert.That(
            await host.AskStsAsync(new SessionCredentials("alice", "wrong", ""), "Action=GetCallerIdentity"),
            Does.StartWith("403").And.Contain("SignatureDoesNotMatch"));
        Assert.That(
            await host.AskStsAsync(new SessionCredentials("unknown", "wrong", ""), "Action=GetCallerIdentity"),
            Does.StartWith("403").And.Contain("InvalidClientTokenId"));
    }

    [Test]
    public async Task ASession_OutlivesTheProcess_WhereItsKeyDoes()
    {
        string key = Path.GetTempFileName();
        await File.WriteAllTextAsync(key, Convert.ToBase64String(new byte[32]));
        try
        {
            await StartAsync(key);
            SessionCredentials session = PolicyHost.CredentialsIn(await host.AskStsAsync("bob", Assume + "tenant"));
            await host.DisposeAsync();
            await StartAsync(key);
            Assert.That(await host.AskAsync(session, "GetItem", GetB), Does.StartWith("200"));
            await host.DisposeAsync();
            await StartAsync();
            Assert.That(await host.AskAsync(session, "GetItem", GetB), Does.Contain("UnrecognizedClientException"));
        }
        finally
        {
            File.Delete(key);
        }
    }

    [Test]
    public async Task AuditLog_HasALineForEachRefusalAndEachChange_AndNoKeyOrValue()
    {
        string log = Path.Combine(Directory.CreateTempSubdirectory("daxproxy-audit-").FullName, "audit.json");
        await StartAsync(audit: log);
        await host.AskAsync("alice", "PutItem", """{"TableName":"tab","Item":{"pk":{"S":"a-key-of-an-item"},"v":{"S":"a-value"}}}""");
        await host.AskAsync("alice", "GetItem", GetA);
        await host.DaxGetAsync("bob", "tab", "a-key-of-an-item");
        await host.AskStsAsync("bob", Assume + "tenant");
        await DisposeAsync();
        string text = await File.ReadAllTextAsync(log);
        Assert.That(text, Does.Not.Contain("a-key-of-an-item").And.Not.Contain("a-value").And.Not.Contain("secret-of"));
        (string?, string?, string?)[] lines =
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Select(line => (
                    line.GetProperty("caller").GetString()!.Split('/')[^1],
                    line.GetProperty("action").GetString(),
                    line.GetProperty("outcome").GetString()))!,
        ];
        Assert.That(lines, Is.EqualTo(((string?, string?, string?)[])
        [
            ("root", "dynamodb:CreateTable", "allowed"), ("alice", "dynamodb:PutItem", "refused"), ("bob", "dax:GetItem", "refused"),
            ("bob", "sts:AssumeRole", "allowed"),
        ]));
        Directory.Delete(Path.GetDirectoryName(log)!, recursive: true);
    }

    private async Task StartAsync(string sessionKey = "", string audit = "")
    {
        host = await PolicyHost.StartAsync(
            Files,
            options => options with
            {
                Auth = options.Auth with { SessionKeyFile = sessionKey },
                Audit = new AuditOptions { LogFile = audit },
            },
            time);
        await host.AskAsync("root", "CreateTable", """
            {"TableName":"tab","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]}
            """);
        foreach (string key in (string[])["a", "b"])
        {
            await host.AskAsync(
                "root", "PutItem", """{"TableName":"tab","Item":{"pk":{"S":"K"}}}""".Replace("K", key, StringComparison.Ordinal));
        }
    }
}
