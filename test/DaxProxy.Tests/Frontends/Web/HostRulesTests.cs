using System.Net;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends.Web;

public sealed class HostRulesTests
{
    private static readonly IPAddress Local = IPAddress.Parse("192.0.2.7");

    [TestCase("", ExpectedResult = true)]
    [TestCase("localhost", ExpectedResult = true)]
    [TestCase("localhost:8000", ExpectedResult = true)]
    [TestCase("localhost:", ExpectedResult = true)]
    [TestCase("LOCALHOST:1", ExpectedResult = true)]
    [TestCase("localhost.", ExpectedResult = true)]
    [TestCase("localhost.:8000", ExpectedResult = true)]
    [TestCase("dynamodb.localhost:8000", ExpectedResult = true)]
    [TestCase("a.b.LocalHost.:8000", ExpectedResult = true)]
    [TestCase("127.0.0.1", ExpectedResult = true)]
    [TestCase("127.255.3.4:8000", ExpectedResult = true)]
    [TestCase("0.0.0.0:8000", ExpectedResult = true)]
    [TestCase("[::1]", ExpectedResult = true)]
    [TestCase("[::1]:8000", ExpectedResult = true)]
    [TestCase("[0:0:0:0:0:0:0:1]:8000", ExpectedResult = true)]
    [TestCase("[::ffff:127.0.0.1]:8000", ExpectedResult = true)]
    [TestCase("[::]:8000", ExpectedResult = true)]
    [TestCase("192.0.2.7:8000", ExpectedResult = true, Description = "came in by it")]
    [TestCase("[::ffff:192.0.2.7]", ExpectedResult = true)]
    [TestCase("192.0.2.8:8000", ExpectedResult = false)]
    [TestCase("128.0.0.1", ExpectedResult = false)]
    [TestCase("[2001:db8::1]:8000", ExpectedResult = false)]
    [TestCase("evil.example", ExpectedResult = false)]
    [TestCase("evil.example:8000", ExpectedResult = false)]
    [TestCase("evil.example.", ExpectedResult = false)]
    [TestCase("localhost.evil.example", ExpectedResult = false)]
    [TestCase("127.0.0.1.evil.example", ExpectedResult = false)]
    [TestCase("127.0.0.1.nip.io", ExpectedResult = false)]
    [TestCase("evillocalhost", ExpectedResult = false)]
    [TestCase(".localhost", ExpectedResult = false)]
    [TestCase("localhost..", ExpectedResult = false)]
    [TestCase(".", ExpectedResult = false)]
    [TestCase(":8000", ExpectedResult = false)]
    [TestCase("127.1", ExpectedResult = false)]
    [TestCase("2130706433", ExpectedResult = false)]
    [TestCase("0177.0.0.1", ExpectedResult = false)]
    [TestCase("0x7f.0.0.1", ExpectedResult = false)]
    [TestCase("localhost:8000@evil.example", ExpectedResult = false)]
    [TestCase("user@localhost", ExpectedResult = false)]
    [TestCase("localhost:80:80", ExpectedResult = false)]
    [TestCase("localhost:x", ExpectedResult = false)]
    [TestCase("localhost/evil", ExpectedResult = false)]
    [TestCase("localhost,evil.example", ExpectedResult = false)]
    [TestCase("localhost evil.example", ExpectedResult = false)]
    [TestCase("::1", ExpectedResult = false)]
    [TestCase("[::1", ExpectedResult = false)]
    [TestCase("[", ExpectedResult = false)]
    [TestCase("[]", ExpectedResult = false)]
    [TestCase("[::1]x", ExpectedResult = false)]
    [TestCase("[::1%25lo]:8000", ExpectedResult = false)]
    [TestCase("[::1%lo]", ExpectedResult = false)]
    [TestCase("[127.0.0.1]", ExpectedResult = false)]
    [TestCase("[localhost]", ExpectedResult = false)]
    [TestCase("löcalhost", ExpectedResult = false)]
    [TestCase("ｌocalhost", ExpectedResult = false)]
    [TestCase("localhost%00.evil.example", ExpectedResult = false)]
    public bool Host_WithNothingListed_IsServedWhenItIsThisMachine(string host) =>
        new HostRules("", TimeProvider.System).IsServed(host, Local);

    [TestCase("daxproxy", "daxproxy:8000", ExpectedResult = true)]
    [TestCase("DaxProxy.", "daxproxy", ExpectedResult = true)]
    [TestCase("daxproxy", "DAXPROXY.", ExpectedResult = true)]
    [TestCase("daxproxy", "daxproxy.evil.example", ExpectedResult = false)]
    [TestCase("daxproxy", "evildaxproxy", ExpectedResult = false)]
    [TestCase("other, *.svc.cluster.local", "daxproxy.orders.svc.cluster.local:8000", ExpectedResult = true)]
    [TestCase("*.svc.cluster.local", "svc.cluster.local", ExpectedResult = false)]
    [TestCase("*.svc.cluster.local", "a.svc.cluster.local.evil.example", ExpectedResult = false)]
    [TestCase("*.ddb.*.amazonaws.com", "123456789012.ddb.eu-central-1.amazonaws.com", ExpectedResult = true)]
    [TestCase("198.51.100.1", "198.51.100.1:8000", ExpectedResult = true)]
    [TestCase("[2001:db8::1]", "[2001:DB8:0::1]:8000", ExpectedResult = true)]
    [TestCase("2001:db8::1", "[2001:db8::1]", ExpectedResult = true)]
    [TestCase("xn--bcher-kva.example", "XN--bcher-kva.example", ExpectedResult = true)]
    [TestCase("*", "evil.example", ExpectedResult = true)]
    [TestCase("*", "user@evil.example", ExpectedResult = false)]
    public bool Host_ThatIsListed_IsServed(string listed, string host) => new HostRules(listed, TimeProvider.System).IsServed(host, null);

    [Test]
    public void Host_NameOfTheMachine_IsServed() =>
        Assert.That(new HostRules("", TimeProvider.System).IsServed(Dns.GetHostName().ToUpperInvariant() + ":8000", null), Is.True);

    [Test]
    public void Host_ServedBefore_IsRemembered_AmongTheLastFew_WithoutAllocation()
    {
        HostRules rules = new("*.example", TimeProvider.System);
        string host = new("localhost:8000".ToCharArray());
        Assert.That(rules.IsRemembered(host), Is.False);
        Assert.That(rules.IsServed("localhost:8000", null), Is.True);
        Assert.That(rules.IsRemembered(host), Is.True);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
        {
            rules.IsRemembered(host);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        for (int other = 0; other < 100; other++)
        {
            Assert.That(rules.IsServed($"h{other}.example", null), Is.True);
        }

        Assert.That(
            (rules.IsRemembered(host), rules.IsRemembered("h99.example"), rules.IsServed(host, null)), Is.EqualTo((false, true, true)));
    }

    [Test]
    public void Host_Refused_IsNotRemembered()
    {
        HostRules rules = new("", TimeProvider.System);
        Assert.That((rules.IsServed("evil.example", null), rules.IsRemembered("evil.example")), Is.EqualTo((false, false)));
    }
}
