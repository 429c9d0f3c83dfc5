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
            new IPEndPoint(IPAddress.Parse("192.0.2.11"), 8222), new IPEndPoint(IPAddress.Parse("192.0.2.12"), 8333),
            new IPEndPoint(IPAddress.IPv6Loopback, 8222),
        }));
        Assert.That(DaxNodes.PeersOf(new DaxOptions()), Is.Empty);
    }

    [Test]
    public void ToldAt_MembersOfAGroup_AreToldOnceByThePortsThatTheClientSpeaks()
    {
        DaxNodes nodes = new(new DaxOptions { Peers = "192.0.2.11:8111" });
        DaxListing[] members =
        [
            new("other", IPAddress.Parse("192.0.2.11"), 8111, 9111),
            new("other", IPAddress.Parse("192.0.2.12"), 8111, 0),
            new("other", IPAddress.Loopback, 8111, 9111),
            new(DaxListing.ThisMachine, IPAddress.Loopback, 8222, 9222),
        ];

        Assert.That(
            Told(nodes, IPAddress.Parse("192.0.2.10"), 8111, members),
            Is.EqualTo(new[] { "192.0.2.10:8111", "192.0.2.11:8111", "192.0.2.12:8111" }));
        Assert.That(
            Told(nodes, IPAddress.Parse("192.0.2.10"), 9111, members),
            Is.EqualTo(new[] { "192.0.2.10:9111", "192.0.2.11:8111", "192.0.2.11:9111" }));
        Assert.That(Told(nodes, IPAddress.Loopback, 8333, members), Does.Contain("127.0.0.1:8222").And.Not.Contain("127.0.0.1:8111"));
    }

    [Test]
    public void Listing_ComesBackAsItWasTold_AndJunkIsNone()
    {
        DaxListing listing = DaxListing.Of(new DaxOptions(), new IPEndPoint(IPAddress.Parse("192.0.2.10"), 8111), null);

        Assert.That((DaxListing.Parse(listing.ToString()), listing.IsReachable), Is.EqualTo((listing, true)));
        Assert.That(DaxListing.Of(new DaxOptions(), new IPEndPoint(IPAddress.Any, 8111), null).IsReachable, Is.False);
        Assert.That(
            DaxListing.Of(new DaxOptions { AdvertisedAddress = "192.0.2.9:18111" }, new IPEndPoint(IPAddress.Any, 8111), null).ToString(),
            Does.EndWith(" 192.0.2.9 18111 0"));
        Assert.That(
            new[] { "", "m 192.0.2.10 8111", "m x 1 2", "m 192.0.2.10 -1 2", "m 192.0.2.10 1 70000" }.Select(DaxListing.Parse),
            Is.All.Null);
    }

    private static string[] Told(DaxNodes nodes, IPAddress local, int port, DaxListing[] members) =>
        [.. nodes.ToldAt(new IPEndPoint(local, port), 9111, members).Select(node => $"{node.Address}:{node.Port}")];
}
