using System.Net;
using DaxProxy.Options;
using NUnit.Framework;

namespace DaxProxy.Tests.Frontends.Dax;

public sealed class DaxNodesTests
{
    [Test]
    public void PeersOf_PeersWithAndWithoutPorts_AreAskedAtTheirsOrOurs()
    {
        DaxOptions options = new() { Port = 8222, TlsPort = 9222, Peers = "192.0.2.11, 192.0.2.12:8333,::1" };

        Assert.That(DaxNodes.PeersOf(options), Is.EqualTo(new[]
        {
            new IPEndPoint(IPAddress.Parse("192.0.2.11"), 8222), new IPEndPoint(IPAddress.Parse("192.0.2.12"), 8333), new IPEndPoint(IPAddress.IPv6Loopback, 8222),
        }));
        Assert.That(DaxNodes.PeersOf(new DaxOptions()), Is.Empty);
    }
}
