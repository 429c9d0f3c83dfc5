using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using DaxProxy.Core.Wire.Dax;

namespace DaxProxy.Options;

/// <summary>The nodes that clients are told of: this process, its peers, and the other members of its group.</summary>
/// <remarks>
/// Immutable. The same question on the same address gets the same answer, as clients rebuild their routes when it differs. Every node is a
/// leader, as every one takes writes.
/// </remarks>
internal sealed class DaxNodes
{
    private const string Zone = "local";
    private const long LeaderSession = 1;

    private readonly IPEndPoint? advertised;
    private readonly IPEndPoint[] peers;

    /// <summary>The nodes of checked options.</summary>
    public DaxNodes(DaxOptions options)
    {
        advertised = options.AdvertisedAddress.Length == 0 ? null : Parse(options.AdvertisedAddress);
        peers = [.. Split(options.Peers).Select(peer => Parse(peer)!)];
    }

    /// <summary>Where the peers can be asked, in clear text: a peer without a port has the port that this node has for it.</summary>
    public static IReadOnlyList<IPEndPoint> PeersOf(DaxOptions options) =>
        [
            .. Split(options.Peers)
                .Select(peer => Parse(peer)!)
                .Select(peer => peer.Port == 0 ? new IPEndPoint(peer.Address, options.Port) : peer),
        ];

    /// <summary>
    /// The first text of <see cref="DaxOptions.Peers"/> or <see cref="DaxOptions.AdvertisedAddress"/> that names no node; null for none.
    /// </summary>
    public static string? FindFault(string addresses) => Split(addresses).FirstOrDefault(address => Parse(address) is null);

    /// <summary>The nodes as told to a client whose connection came in here.</summary>
    /// <param name="local">Where it came in.</param>
    /// <param name="tlsPort">Where TLS is spoken here; 0 for nowhere.</param>
    /// <param name="members">Where the other members of the group listen.</param>
    /// <remarks>
    /// Of a member that listens on loopback only those are told who came in by loopback on the same machine. No node is told twice.
    /// </remarks>
    public IReadOnlyList<DaxEndpoint> ToldAt(IPEndPoint local, int tlsPort, IEnumerable<DaxListing> members)
    {
        bool isTls = tlsPort == local.Port;
        IEnumerable<IPEndPoint> others = members
            .Where(member => !IPAddress.IsLoopback(member.Address)
                || (IPAddress.IsLoopback(local.Address) && member.Machine == DaxListing.ThisMachine))
            .Select(member => new IPEndPoint(member.Address, isTls ? member.TlsPort : member.Port))
            .Where(member => member.Port > 0);
        return
        [
            .. peers.Prepend(advertised ?? new IPEndPoint(local.Address, 0)).Concat(others).Select(node => Tell(node, local.Port))
                .DistinctBy(node => node.NodeId),
        ];
    }

    private static DaxEndpoint Tell(IPEndPoint node, int defaultPort)
    {
        IPAddress address = node.Address.IsIPv4MappedToIPv6 ? node.Address.MapToIPv4() : node.Address;
        int port = node.Port == 0 ? defaultPort : node.Port;
        return new DaxEndpoint(IdOf(address, port), address, port, IsLeader: true, Zone, LeaderSession);
    }

    /// <summary>Another for each address; the same after a restart.</summary>
    private static long IdOf(IPAddress address, int port)
    {
        byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{address} {port}")));
        return BitConverter.ToUInt32(hash);
    }

    private static string[] Split(string addresses) =>
        addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IPEndPoint? Parse(string address) =>
        IPEndPoint.TryParse(address, out IPEndPoint? node)
            && !node.Address.Equals(IPAddress.Any)
            && !node.Address.Equals(IPAddress.IPv6Any) ? node : null;
}
