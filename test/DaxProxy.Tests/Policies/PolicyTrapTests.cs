using System.Text;
using DaxProxy.Core.Policies;
using NUnit.Framework;

namespace DaxProxy.Tests.Policies;

/// <summary>Requests that are made to fit between a statement and what it means.</summary>
[TestFixture]
public sealed class PolicyTrapTests
{
    private const string Table = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders";
    private const string AllowAll = """{"Effect":"Allow","Action":"*","Resource":"*"}""";

    [TestCase("1000")]
    [TestCase("1000000000000000000000000000000")]
    [TestCase("1000.0000000000000000000000000000001")]
    public void NumericDeny_HoldsForNumbersOfAnySize(string key) => Assert.That(
        Decide(AllowAll
            + """,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NumericGreaterThanEquals":{"dynamodb:LeadingKeys":"1000"}}}""",
            request => request.Set("dynamodb:LeadingKeys", key)),
        Is.False);

    [Test]
    public void Tags_ThatDifferInCaseAlone_AreOneKeyWithTwoValues() => Assert.That(
        Decide("""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/env":"dev"}}}""", request =>
        {
            request.Add("aws:RequestTag/env", "prod");
            request.Add("aws:RequestTag/Env", "dev");
        }),
        Is.False);

    [TestCase("""{"Effect":"Deny","Action":"*","Resource":"arn:aws:dynamodb:*:*:table/${aws:UserAgent, 'None'}"}""")]
    [TestCase("""{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"dynamodb:LeadingKeys":"${aws:UserAgent, 'none'}"}}}""")]
    public void VariableWithADefault_IsWhatTheRequestSaysOfIt(string deny)
    {
        Verdict verdict = VerdictOf($"{AllowAll},{deny}");
        Assert.That((verdict.Outcome, verdict.IsByKey), Is.EqualTo((Outcome.Depends, false)), "no hit is judged by its key alone");
        Assert.That(Decide($"{AllowAll},{deny}", request =>
        {
            request.Set("aws:UserAgent", "Orders");
            request.Set("dynamodb:LeadingKeys", "Orders");
        }), Is.False);
    }

    private static bool Decide(string statements, Action<RequestContext> say)
    {
        RequestContext request = new(Caller(statements).Describe());
        say(request);
        return VerdictOf(statements).Decide(request).IsAllowed;
    }

    private static Verdict VerdictOf(string statements)
    {
        Principal caller = Caller(statements);
        return Verdict.Of(caller, caller.Describe(), "dynamodb:GetItem", Table);
    }

    private static Principal Caller(string statements) => new()
    {
        Arn = "arn:aws:iam::000000000000:user/mallory",
        Account = "000000000000",
        UserId = "AIDA",
        UserName = "mallory",
        Policies =
        [
            PolicyParser.TryParse(
                Encoding.UTF8.GetBytes($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}"""), "p", PolicyKind.Identity, out _)!,
        ],
    };
}
