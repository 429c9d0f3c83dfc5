using System.Text;
using DaxProxy.Core.Policies;
using NUnit.Framework;

namespace DaxProxy.Tests.Policies;

/// <summary>What policies say, against a second evaluator that was written apart.</summary>
public sealed class PolicyEvaluationTests
{
    private const string Account = "111122223333", Alice = $"arn:aws:iam::{Account}:user/alice";

    private static readonly string[] Actions = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dax:GetItem"];

    private static readonly string[] ActionPatterns =
        ["dynamodb:GetItem", "dynamodb:*", "DynamoDB:get*", "*", "dynamodb:?utItem", "dax:*", "dynamodb:Query"];

    private static readonly string[] Resources =
    [
        $"arn:aws:dynamodb:eu-west-1:{Account}:table/orders", $"arn:aws:dynamodb:eu-west-1:{Account}:table/orders/index/byDate",
        $"arn:aws:dynamodb:eu-west-1:{Account}:table/alice", "*",
    ];

    private static readonly string[] ResourcePatterns =
    [
        "*", $"arn:aws:dynamodb:eu-west-1:{Account}:table/orders", $"arn:aws:dynamodb:*:*:table/orders*",
        $"arn:aws:dynamodb:*:{Account}:table/*/index/*",
        "arn:aws:dynamodb", "arn:aws:dynamodb:*:table/orders", $"arn:aws:dynamodb:eu-west-1:{Account}:table/${{aws:username}}",
        $"arn:aws:dynamodb:eu-west-1:{Account}:table/order?",
        $"arn:aws:dynamodb:eu-west-1:{Account}:table/${{aws:PrincipalTag/team, 'orders'}}",
        $"arn:aws:dynamodb:eu-west-1:{Account}:table/${{aws:SourceIp}}", "arn:aws:*:*:*:*",
    ];

    private static readonly string[] Principals = ["*", Alice, Account, $"arn:aws:iam::{Account}:root", $"arn:aws:iam::{Account}:user/bob"];

    private static readonly (string Key, string[] Values)[] Keys =
    [
        ("dynamodb:LeadingKeys", ["alice", "alice-*", "*", "bob", "a?ice", "${aws:username}", "${aws:username}-${*}", "*li*e", ""]),
        ("dynamodb:Attributes", ["id", "name", "na*", "secret", "*"]),
        ("dynamodb:Select", ["ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "*_ATTRIBUTES"]),
        ("aws:PrincipalTag/team", ["red", "r*", "blue"]),
        ("aws:username", ["alice", "bob", "*"]),
        ("aws:SecureTransport", ["true", "false"]),
        ("aws:EpochTime", ["1000", "2000"]),
        ("dynamodb:ReturnValues", ["NONE", "ALL_OLD"]),
    ];

    private static readonly string[][] KeyValues = [["alice"], ["alice-1"], ["bob"], ["alice", "bob"], ["alice*"], [""], ["ali\u00e9e"]];

    [TestCase(20_000, 1)]
    public void RandomPoliciesAndRequests_AreDecidedAsBySecondEvaluator(int pairs, int seed) => Compare(pairs, seed);

    [Test, Explicit("a million pairs: two minutes")]
    public void ManyRandomPoliciesAndRequests_AreDecidedAsBySecondEvaluator() => Compare(1_000_000, 2);

    private static void Compare(int pairs, int seed)
    {
        Random random = new(seed);
        int allowed = 0, byKey = 0;
        for (int pair = 0; pair < pairs;)
        {
            ReferenceStatement[] identity = Statements(random, false);
            ReferenceStatement[]? resource = random.Next(3) == 0 ? Statements(random, true) : null;
            ReferenceStatement[]? boundary = random.Next(5) == 0 ? Statements(random, false) : null;
            ReferenceStatement[]? session = random.Next(5) == 0 ? Statements(random, false) : null;
            bool hasTag = random.Next(2) == 0;
            Principal principal = new()
            {
                Arn = Alice,
                Account = Account,
                UserId = "AIDA",
                UserName = "alice",
                Tags = hasTag ? new Dictionary<string, string> { ["team"] = "red" } : new Dictionary<string, string>(),
                Policies = [Parse(identity, PolicyKind.Identity)],
                Boundary = boundary is null ? null : Parse(boundary, PolicyKind.Identity),
                SessionPolicy = session is null ? null : Parse(session, PolicyKind.Identity),
            };
            Policy? own = resource is null ? null : Parse(resource, PolicyKind.Resource);
            RequestContext known = principal.Describe();
            for (int request = 0; request < 8; request++, pair++)
            {
                string action = Of(random, Actions), arn = Of(random, Resources);
                Dictionary<string, string[]> values = Values(random);
                RequestContext context = new(known);
                foreach ((string key, string[] all) in values)
                {
                    context.Set(key, all);
                }

                values["aws:username"] = ["alice"];
                if (hasTag)
                {
                    values["aws:PrincipalTag/team"] = ["red"];
                }

                bool expected = ReferenceEvaluator.IsAllowed(identity, resource, boundary, session, values, action, arn, Alice, Account);
                Verdict verdict = Verdict.Of(principal, known, action, arn, own);
                Decision decision = verdict.Decide(context);
                string Told() =>
                    $"seed {seed}, pair {pair}: {action} on {arn}, {string.Join("; ", values.Select(value => $"{value.Key}={string.Join(',', value.Value)}"))}\n"
                    + $"identity {ReferenceStatement.Document(identity)}\nresource {(resource is null ? "" : ReferenceStatement.Document(resource))}\n"
                    + $"boundary {(boundary is null ? "" : ReferenceStatement.Document(boundary))}\nsession {(session is null ? "" : ReferenceStatement.Document(session))}";
                if (decision.IsAllowed != expected
                    || (verdict.Outcome != Outcome.Depends && (verdict.Outcome == Outcome.Always) != expected))
                {
                    Assert.Fail($"{decision}, {verdict.Outcome}, but expected {expected}: {Told()}");
                }

                if (verdict.IsByKey && values.GetValueOrDefault("dynamodb:LeadingKeys") is [string only])
                {
                    byKey++;
                    if (verdict.AllowsKey(Encoding.UTF8.GetBytes(only)) != expected)
                    {
                        Assert.Fail($"By its key not {expected}: {Told()}");
                    }
                }

                allowed += expected ? 1 : 0;
            }
        }

        // Both answers occur, and the short way is taken.
        Assert.That(allowed, Is.InRange(pairs / 20, pairs * 19 / 20));
        Assert.That(byKey, Is.GreaterThan(pairs / 200));
    }

    private static Policy Parse(ReferenceStatement[] statements, PolicyKind kind) => PolicyParser.TryParse(
        Encoding.UTF8.GetBytes(ReferenceStatement.Document(statements)), "p", kind, out IReadOnlyList<PolicyFault> faults)
        ?? throw new InvalidOperationException(faults[0].Reason);

    private static ReferenceStatement[] Statements(Random random, bool hasPrincipals) =>
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new ReferenceStatement(
            random.Next(4) == 0,
            random.Next(8) == 0,
            Some(random, ActionPatterns),
            random.Next(8) == 0,
            Some(random, ResourcePatterns),
            hasPrincipals ? Some(random, Principals) : null,
            [.. Enumerable.Range(0, Math.Max(0, random.Next(4) - 1)).Select(_ => Condition(random))
                .DistinctBy(each => (each.Quantifier + each.Operator + each.IfExists, each.Key))]))];

    private static (string Quantifier, string Operator, bool IfExists, string Key, string[] Values) Condition(Random random)
    {
        (string key, string[] values) = random.Next(2) == 0 ? Keys[0] : Keys[random.Next(Keys.Length)];
        string[] operators = key switch
        {
            "aws:SecureTransport" => ["Bool"],
            "aws:EpochTime" => ["NumericLessThan"],
            _ => ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase"],
        };
        return random.Next(12) == 0
            ? ("", "Null", false, key, [random.Next(2) == 0 ? "true" : "false"])
            : (Of(random, ["", "ForAllValues:", "ForAnyValue:"]), Of(random, operators), random.Next(5) == 0, key, Some(random, values));
    }

    private static Dictionary<string, string[]> Values(Random random)
    {
        Dictionary<string, string[]> values = [];
        if (random.Next(5) > 0)
        {
            values["dynamodb:LeadingKeys"] = Of(random, KeyValues);
        }

        if (random.Next(2) == 0)
        {
            values["dynamodb:Attributes"] = Some(random, ["id", "name", "secret"]);
        }

        if (random.Next(2) == 0)
        {
            values["dynamodb:Select"] = [Of(random, ["ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"])];
        }

        if (random.Next(3) == 0)
        {
            values["dynamodb:ReturnValues"] = Some(random, ["NONE", "ALL_OLD"]);
        }

        values["aws:SecureTransport"] = [random.Next(2) == 0 ? "true" : "false"];
        values["aws:EpochTime"] = ["1500"];
        return values;
    }

    private static T Of<T>(Random random, T[] all) => all[random.Next(all.Length)];

    private static string[] Some(Random random, string[] all) =>
        [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Of(random, all)).Distinct()];
}
