using System.Text;
using DaxProxy.Core.Policies;
using NUnit.Framework;

namespace DaxProxy.Tests.Policies;

/// <summary>What is no policy, where its fault is, and what to write in its place.</summary>
public sealed class PolicyParserTests
{
    [TestCase("{", 1, "no JSON")]
    [TestCase("[]", 1, "a policy is an object")]
    [TestCase("{\"Version\":\"2013-01-01\",\n\"Statement\":[]}", 1, "there is no Version 2013-01-01")]
    [TestCase("{\"Statement\":[\n{\"Effect\":\"allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}", 2, "Effect is Allow or Deny")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Resource\":\"*\"}}", 1, "either Action or NotAction")]
    [TestCase(
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"NotAction\":\"*\",\"Resource\":\"*\"}}", 1, "either Action or NotAction")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":[],\"Resource\":\"*\"}}", 1, "Action names nothing")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"GetItem\",\"Resource\":\"*\"}}", 1, "'GetItem' is no action")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\n\"Resource\":[\n\"orders\"]}}", 3, "'orders' is no resource")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Principal\":\"*\"}}", 1, "leave Principal out")]
    [TestCase(
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Efect\":\"Allow\"}}", 1, "there is no member Efect")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}}", 1, "Effect is there twice")]
    [TestCase(
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEqual\":{}}}}", 1,
        "no operator StringEqual")]
    [TestCase(
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"NullIfExists\":{}}}}", 1,
        "no operator NullIfExists")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\n\"dynamodb:LeadingKey\":\"a\"}}}}", 2, "no request here has a key dynamodb:LeadingKey")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/33\"}}}}", 1, "'10.0.0.0/33' is no value for IpAddress")]
    [TestCase("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"DateLessThan\":{\"aws:CurrentTime\":\"soon\"}}}}", 1, "'soon' is no value for DateLessThan")]
    [TestCase(
        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"aws:username\":[]}}}}",
        1, "a condition without values")]
    [TestCase("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:dynamodb:*:*:table/${aws:user\"}}", 1, "variable without end")]
    [TestCase("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:dynamodb:*:*:table/${aws:usrname}\"}}", 1, "no request here has a variable aws:usrname")]
    public void Fault_IsNamedWithItsLineAndRemedy(string document, int line, string reason)
    {
        Assert.That(
            PolicyParser.TryParse(Encoding.UTF8.GetBytes(document), "p", PolicyKind.Identity, out IReadOnlyList<PolicyFault> faults),
            Is.Null);
        Assert.That(faults.Select(fault => fault.Line), Has.Member(line));
        Assert.That(faults.Select(fault => fault.Reason), Has.Some.Contains(reason));
    }

    [Test]
    public void Nesting_WithoutEnd_IsAFaultAndNothingElse()
    {
        byte[] document = Encoding.UTF8.GetBytes("{\"Statement\":" + new string('[', 100_000));
        Assert.That(PolicyParser.TryParse(document, "p", PolicyKind.Identity, out IReadOnlyList<PolicyFault> faults), Is.Null);
        Assert.That(faults, Has.Count.EqualTo(1));
    }

    [Test]
    public void AnyBytes_AreAPolicyOrAFault()
    {
        Random random = new(5);
        byte[] policy = Encoding.UTF8.GetBytes(
            """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{"StringLike":{"aws:username":"${aws:userid}*"}}}]}""");
        for (int round = 0; round < 20_000; round++)
        {
            byte[] changed = [.. policy];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            Policy? read = PolicyParser.TryParse(changed, "p", PolicyKind.Identity, out IReadOnlyList<PolicyFault> faults);
            Assert.That(read is null, Is.EqualTo(faults.Count > 0));
        }
    }

    [Test]
    public void VariablesOfAnOldVersion_AreText()
    {
        Principal alice =
            new() { Arn = "arn:aws:iam::1:user/alice", Account = "1", UserId = "A", UserName = "alice", Policies = [Parse("2008-10-17")] };
        Assert.That(
            Verdict.Of(alice, alice.Describe(), "dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/alice").Outcome, Is.EqualTo(Outcome.Never));
        Principal modern =
            new() { Arn = "arn:aws:iam::1:user/alice", Account = "1", UserId = "A", UserName = "alice", Policies = [Parse("2012-10-17")] };
        Assert.That(
            Verdict.Of(modern, modern.Describe(), "dynamodb:GetItem", "arn:aws:dynamodb:r:1:table/alice").Outcome,
            Is.EqualTo(Outcome.Always));
    }

    [TestCase("dynamodb:GetItem", Outcome.Always)]
    [TestCase("dynamodb:PartiQLSelect", Outcome.Always)]
    [TestCase("dax:Query", Outcome.Always)]
    [TestCase("dynamodb:PutItem", Outcome.Never)]
    [TestCase("dynamodb:PartiQLDelete", Outcome.Never)]
    [TestCase("dynamodb:CreateTable", Outcome.Never)]
    [TestCase("dynamodb:PutResourcePolicy", Outcome.Never)]
    [TestCase("dax:BatchWriteItem", Outcome.Never)]
    public void ReadOnly_ReadsAndDoesNotWrite(string action, Outcome expected)
    {
        Principal alice = new() { Arn = "arn:aws:iam::1:user/alice", Account = "1", UserId = "A", Policies = [Policy.BuiltIn["ReadOnly"]] };
        Assert.That(Verdict.Of(alice, alice.Describe(), action, "arn:aws:dynamodb:r:1:table/t").Outcome, Is.EqualTo(expected));
        Principal root = new() { Arn = "arn:aws:iam::1:user/alice", Account = "1", UserId = "A", Policies = [Policy.BuiltIn["Full"]] };
        Assert.That(Verdict.Of(root, root.Describe(), action, "*").Outcome, Is.EqualTo(Outcome.Always));
    }

    [Test]
    public void AllowsKey_OfAKnownVerdict_AllocatesNothing()
    {
        Policy own = PolicyParser.TryParse(
            """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*","Condition":{"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["${aws:username}","${aws:username}#*"]}}}}"""u8,
            "p", PolicyKind.Identity, out _)!;
        Access access = new(
            new Principal { Arn = "arn:aws:iam::1:user/alice", Account = "1", UserId = "A", UserName = "alice", Policies = [own] });
        Verdict verdict = access.VerdictOf("dynamodb:GetItem", new Demand("GetItem", "*"), "*", ResourceFacts.None);
        access.Teach(PeekUse.JsonGetItem, "t", [verdict]);
        bool Ask(ReadOnlySpan<byte> key) => access.MayPeek(PeekUse.JsonGetItem, "t", DaxProxy.Core.Items.AttributeType.S, key);
        Assert.That((Ask("alice"u8), Ask("alice#1"u8), Ask("bob"u8), Ask("alice1"u8)), Is.EqualTo((true, true, false, false)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
        {
            Ask("alice#1"u8);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static Policy Parse(string version) => PolicyParser.TryParse(
        Encoding.UTF8.GetBytes(
            $$"""{"Version":"{{version}}","Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:dynamodb:*:*:table/${aws:username}"}]}"""),
        "p",
        PolicyKind.Identity,
        out _)!;
}
