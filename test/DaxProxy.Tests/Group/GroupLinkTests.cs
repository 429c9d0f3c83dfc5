using DaxProxy.Core.Caching.Group;
using DaxProxy.Core.Catalog;
using DaxProxy.Group;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Group;

/// <summary>What the members of a group have to have in common.</summary>
public sealed class GroupLinkTests
{
    private static readonly TableOptions Validated = new() { GroupMode = GroupMode.Validated };

    [Test]
    public void TermsOf_DaxCompatible_AreOthersWhereSomethingIsValidated()
    {
        GroupTerms terms = Terms(GroupMode.Validated);
        Assert.That(Terms(GroupMode.Validated, isCompatible: true), Is.Not.EqualTo(terms));
        Assert.That(Terms(GroupMode.Validated, rules: ("a", new() { DaxCompatible = true })), Is.Not.EqualTo(terms));
        Assert.That(Terms(GroupMode.Validated, rules: ("a", new() { FollowStream = true })), Is.Not.EqualTo(terms));
        Assert.That(
            Terms(GroupMode.Strict, rules: [("a", Validated), ("b", new() { DaxCompatible = true })]),
            Is.Not.EqualTo(Terms(GroupMode.Strict, rules: ("a", Validated))));
    }

    [Test]
    public void TermsOf_DaxCompatible_AreTheSameWhereNothingIsValidated() => Assert.That(
        Terms(GroupMode.Strict, isCompatible: true, ("a", new() { DaxCompatible = true })), Is.EqualTo(Terms(GroupMode.Strict)));

    [Test]
    public void TermsOf_RulesThatSayNothingOfIt_OrComeInAnotherOrder_AreTheSame()
    {
        TableOptions compatible = new() { DaxCompatible = true };
        Assert.That(
            Terms(GroupMode.Strict, rules: [("a", Validated), ("b", compatible), ("c", new() { TimeToLive = TimeSpan.FromSeconds(1) })]),
            Is.EqualTo(Terms(GroupMode.Strict, rules: [("b", compatible), ("a", Validated)])));
    }

    [Test]
    public void TermsOf_ValidatedForAll_SetNoTableApart() =>
        Assert.That(Terms(GroupMode.Validated, rules: ("a", new() { DaxCompatible = true })).TableModes, Is.Empty);

    private static GroupTerms Terms(GroupMode mode, bool isCompatible = false, params (string Name, TableOptions Rule)[] rules) =>
        GroupLink.TermsOf(
            new ProxyOptions
            {
                Group = new GroupOptions { Redis = "localhost", Mode = mode },
                QueryCache = new QueryCacheOptions { DaxCompatible = isCompatible },
                Tables = rules.ToDictionary(rule => rule.Name, rule => rule.Rule),
            },
            TimeSpan.Zero);
}
