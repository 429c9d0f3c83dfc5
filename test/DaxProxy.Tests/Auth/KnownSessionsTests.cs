using DaxProxy.Auth;
using NUnit.Framework;

namespace DaxProxy.Tests.Auth;

/// <summary>Sessions of roles, and which of their keys are kept.</summary>
public sealed class KnownSessionsTests
{
    [Test]
    public void Token_ThatIsUsedAllTheWhile_HasOneKey_HoweverManyOthersCome()
    {
        KnownSessions known = new(4 << 20);
        AccessKey one = known.Add("the one", Key("the one"));
        for (int other = 0; other < 2000; other++)
        {
            known.Add($"other {other}", Key("other"));
            Assert.That(known.TryFind("the one", out AccessKey? found), Is.True);
            Assert.That(found, Is.SameAs(one));
            Assert.That(known.Add("the one", Key("the one")), Is.SameAs(one));
        }
    }

    [Test]
    public void Sessions_AreBoundedByTheirBytes()
    {
        const long bytes = 8 << 20;
        KnownSessions small = new(bytes), large = new(bytes);
        for (int number = 0; number < 1000; number++)
        {
            small.Add($"{number}", Key("small"));
            large.Add($"{number} {new string('x', 12_000)}", Key("large"));
        }

        Assert.That(small.Count, Is.InRange(50, 130));
        Assert.That(large.Count, Is.InRange(20, 60), "what they say counts");
    }

    [Test]
    public void Token_ThatIsForgotten_IsNotKnown()
    {
        KnownSessions known = new(1 << 20);
        known.Add("a", Key("a"));
        known.Remove("a");
        Assert.That(known.TryFind("a", out _), Is.False);
    }

    [Test]
    public void Token_OfMoreSessionsThanAreKept_StillHasTheIdentityThatItHadLast()
    {
        Sessions sessions = new(new byte[32], TimeProvider.System);
        SessionCredentials inUse = Issue(sessions, "in use", 0);
        Assert.That(sessions.TryFind(inUse.AccessKeyId, inUse.SessionToken, out AccessKey? first), Is.Null);
        for (int other = 0; other < 1500; other++)
        {
            SessionCredentials next = Issue(sessions, $"other {other}", 10);
            Assert.That(sessions.TryFind(next.AccessKeyId, next.SessionToken, out _), Is.Null);
            Assert.That(sessions.TryFind(inUse.AccessKeyId, inUse.SessionToken, out AccessKey? again), Is.Null);
            Assert.That(again!.Identity, Is.SameAs(first!.Identity), $"after {other} others");
        }
    }

    [Test]
    public void Session_ThatSaysMoreThanFitsIntoAHead_GetsNoToken()
    {
        Sessions sessions = new(new byte[32], TimeProvider.System);
        Assert.That(sessions.TryIssue(SessionOf("a", 13), out SessionCredentials? fits), Is.LessThanOrEqualTo(100));
        Assert.That(fits!.SessionToken, Has.Length.InRange(6500, 7 * 1024));
        Assert.That(sessions.TryFind(fits.AccessKeyId, fits.SessionToken, out AccessKey? key), Is.Null);
        Assert.That(key!.Identity.Session!.Tags, Has.Count.EqualTo(13));
        Assert.That(sessions.TryIssue(SessionOf("a", 50), out SessionCredentials? none), Is.GreaterThan(100));
        Assert.That(none, Is.Null);
    }

    private static AccessKey Key(string name) => new(name, "secret", new Identity(name));

    private static SessionCredentials Issue(Sessions sessions, string name, int tags)
    {
        sessions.TryIssue(SessionOf(name, tags), out SessionCredentials? credentials);
        return credentials!;
    }

    /// <summary>A session with tags that are as long as they can be.</summary>
    private static Session SessionOf(string name, int tags) => new(
        "role", name, 0, long.MaxValue, Enumerable.Range(0, tags).ToDictionary(n => $"{n}".PadLeft(128, 'k'), _ => new string('v', 256)), "", name);
}
